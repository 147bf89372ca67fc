import type { StreamPart } from '@gateway/domain';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { createStreamDecoder } from './create-stream-decoder';

const chunk = (delta: unknown, finish: string | null = null) => ({
  event: 'message',
  data: JSON.stringify({ id: 'x', model: 'm', created: 3, choices: [{ index: 0, delta, finish_reason: finish }] }),
});
const call = (index: number | undefined, fields: { id?: string; name?: string; args?: unknown }) =>
  chunk({ tool_calls: [{ index, id: fields.id, function: { name: fields.name, arguments: fields.args } }] });
const DONE = { event: 'message', data: '[DONE]' };

function decode(...events: { event: string; data: string }[]): StreamPart[] {
  const decoder = createStreamDecoder();
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

/** `T0:text`, `C1:id name {args}` … one word per block, then the finish. */
function outline(parts: readonly StreamPart[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    if (part.type === 'tool-call-start') lines.push(`${part.id} ${part.name} `);
    else if (part.type.endsWith('-start') && part.type !== 'response-start') lines.push(`${part.type.slice(0, -6)} `);
    else if ('text' in part) lines.push(`${lines.pop()}${part.text}`);
    else if (part.type === 'tool-call-delta') lines.push(`${lines.pop()}${part.argumentsText}`);
    else if (part.type === 'finish') lines.push(`finish ${part.reason.unified}`);
  }
  return lines;
}

describe('B3 decoding a chat stream', () => {
  it('streams: a part comes out with the event that brought it', () => {
    const decoder = createStreamDecoder();
    const types = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'a' }), chunk({ content: 'b' })].map(
      (event) => decoder.push(event).map((part) => part.type),
    );
    expect(types).toEqual([['response-start'], ['text-start', 'text-delta'], ['text-delta']]);
  });

  it('streams the next tool call as soon as the arguments before it are whole', () => {
    const decoder = createStreamDecoder();
    decoder.push(call(0, { id: 'a', name: 'f', args: '{"x":"}"' }));
    expect(decoder.push(call(1, { id: 'b', name: 'g', args: '{' }))).toEqual([]);
    expect(outline(decoder.push(call(0, { args: '}' })))).toEqual(['undefined}']);
    expect(decoder.push(call(1, { args: '}' })).map((part) => part.type)).toEqual([
      ...['tool-call-end', 'tool-call-start', 'tool-call-delta', 'tool-call-delta'],
    ]);
  });

  it.each<[string, Parameters<typeof decode>, string[]]>([
    [
      'calls that interleave',
      [call(0, { id: 'a', name: 'f', args: '{' }), call(1, { id: 'b', name: 'g', args: '{}' }), call(0, { args: '}' })],
      ['a f {}', 'b g {}', 'finish tool-calls'],
    ],
    [
      'calls without an index',
      [call(undefined, { id: 'a', name: 'f', args: '{}' }), call(undefined, { id: 'b', name: 'g', args: '{}' })],
      ['a f {}', 'b g {}', 'finish tool-calls'],
    ],
    [
      'calls that all have index 0',
      [call(0, { id: 'a', name: 'f', args: '{}' }), call(0, { id: 'b', name: 'g', args: '{}' })],
      ['a f {}', 'b g {}', 'finish tool-calls'],
    ],
    [
      'an id repeated on every piece',
      [call(0, { id: 'a', name: 'f', args: '{' }), call(0, { id: 'a', args: '}' })],
      ['a f {}', 'finish tool-calls'],
    ],
    ['arguments as an object', [call(0, { id: 'a', name: 'f', args: { x: 1 } })], ['a f {"x":1}', 'finish tool-calls']],
    ['a call without an id', [call(0, { name: 'f', args: '{}' })], ['call_0_0 f {}', 'finish tool-calls']],
    [
      'a name that comes late',
      [call(0, { id: 'a', args: '{' }), call(0, { name: 'f' }), call(0, { args: '}' })],
      ['a f {}', 'finish tool-calls'],
    ],
    [
      'white space after whole arguments',
      [call(0, { id: 'a', name: 'f', args: '{}' }), call(1, { id: 'b', name: 'g' }), call(0, { args: ' ' })],
      ['a f {}', 'b g ', 'finish tool-calls'],
    ],
    [
      'the older function call',
      [chunk({ function_call: { name: 'f', arguments: '{' } }), chunk({ function_call: { arguments: '}' } })],
      ['call_0_0 f {}', 'finish tool-calls'],
    ],
    [
      'text between reasoning',
      [chunk({ reasoning_content: 'r' }), chunk({ content: 't' }), chunk({ reasoning: 's' })],
      ['reasoning r', 'text t', 'reasoning s', 'finish stop'],
    ],
    ['a refusal', [chunk({ refusal: 'no' }), chunk({ refusal: '!' })], ['refusal no!', 'finish stop']],
    [
      'content as a list',
      [chunk({ content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }, 5] })],
      ['text ab', 'finish stop'],
    ],
    ['text after the finish', [chunk({ content: 'a' }, 'stop'), chunk({ content: 'b' })], ['text ab', 'finish stop']],
  ])('understands %s', (_name, events, expected) => {
    expect(outline(decode(...events, chunk({}, 'stop'), DONE))).toEqual(expected);
  });

  it('keeps another reason than stop beside tool calls', () => {
    expect(outline(decode(call(0, { id: 'a', name: 'f', args: '{' }), chunk({}, 'length'), DONE))).toEqual([
      'a f {',
      'finish length',
    ]);
  });

  it('takes identity from the first chunk that has a choice', () => {
    const azure = { event: 'message', data: '{"id":"","model":"","choices":[]}' };
    expect(decode(azure, chunk({ content: 'a' }, 'stop'))[0]).toEqual({
      type: 'response-start',
      id: 'x',
      model: 'm',
      createdUnixS: 3,
    });
  });

  it('ends with `other` when the provider is done without a reason', () => {
    expect(decode(chunk({ content: 'a' }), DONE).at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: { unified: 'other', raw: null },
    });
  });

  it('ignores what follows the terminator', () => {
    const decoder = createStreamDecoder();
    decoder.push(chunk({ content: 'a' }, 'stop'));
    decoder.push(DONE);
    expect([
      decoder.push(chunk({ content: 'b' })),
      decoder.push({ event: 'message', data: 'junk' }),
      decoder.end(),
    ]).toEqual([[], [], []]);
  });

  it.each([
    ['JSON cut short', [{ event: 'message', data: '{"choices":[' }]],
    ['a list', [{ event: 'message', data: '[]' }]],
    ['a choice that is no object', [{ event: 'message', data: '{"choices":[5]}' }]],
    ['no events', []],
    ['a terminator alone', [DONE]],
    ['no finish', [chunk({ content: 'a' })]],
    [
      'one finish of two',
      [
        chunk({ content: 'a' }, 'stop'),
        { event: 'message', data: '{"choices":[{"index":1,"delta":{"content":"b"}}]}' },
      ],
    ],
    ['a call without a name', [call(0, { id: 'a', args: '{}' }), DONE]],
    [
      'more arguments after whole ones',
      [call(0, { id: 'a', name: 'f', args: '{}' }), call(1, { id: 'b', name: 'g', args: '{' }), call(0, { args: 'x' })],
    ],
  ])('calls %s malformed', (_name, events) => {
    let thrown: unknown;
    try {
      decode(...events);
    } catch (error) {
      thrown = error;
    }
    expect(isMalformedResponse(thrown)).toBe(true);
  });

  it.each([
    { event: 'message', data: '{"error":{"type":"overloaded_error"}}' },
    { event: 'error', data: '{"type":"overloaded_error"}' },
  ])('reports the provider’s error: %j', (event) => {
    let thrown: unknown;
    try {
      decode(event);
    } catch (error) {
      thrown = error;
    }
    expect(isProviderStreamError(thrown) && thrown.failure).toMatchObject({
      class: 'overloaded',
      providerCode: 'overloaded_error',
    });
  });
});
