import fc from 'fast-check';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream } from '../cross-wire/__fixtures__/read-stream';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { cohereChatCodec } from './codec';

type Fields = Record<string, unknown>;

const USAGE = {
  billed_units: { input_tokens: 10, output_tokens: 4 },
  tokens: { input_tokens: 90, output_tokens: 6 },
  cached_tokens: 3,
};
const whole = (message: Fields, more: Fields = {}) =>
  cohereChatCodec.decodeResponse({
    id: 'a1',
    finish_reason: 'COMPLETE',
    message: { role: 'assistant', ...message },
    ...more,
  });
const call = (id: string, name: string, text: string) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});
const event = (type: string, fields: Fields = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const saying = (message: Fields, index = 0) => ({ index, delta: { message } });
const END = event('message-end', { delta: { finish_reason: 'COMPLETE', usage: USAGE } });
const START = event('message-start', { id: 'a1', delta: { message: { role: 'assistant', content: [] } } });

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('B3 a whole answer of Cohere', () => {
  it('has thoughts, text, plan and calls in their order', () => {
    const content = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'It is ' },
      { type: 'text', text: 'so.' },
      { type: 'hologram', data: 1 },
    ];
    const tool_calls = [call('1', 'f', '{"a":"ü"}'), call('2', 'g', '')];
    const parts = whole(
      { content, tool_plan: ' I will.', tool_calls, citations: [{ start: 0, end: 2 }] },
      { finish_reason: 'TOOL_CALL', usage: USAGE },
    );
    expect(foldParts(parts)).toMatchObject({
      id: 'a1',
      finish: 'tool-calls',
      blocks: [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'It is so. I will.' },
        { kind: 'tool-call', call: '1 f', text: '{"a":"ü"}' },
        { kind: 'tool-call', call: '2 g', text: '' },
      ],
    });
  });

  it('costs what was billed, not what was counted', () => {
    expect(foldParts(whole({}, { usage: USAGE })).usage).toEqual({
      promptTokens: 10,
      completionTokens: 4,
      cachedPromptTokens: 3,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false,
      raw: USAGE,
    });
    expect(foldParts(whole({}, { usage: { tokens: USAGE.tokens } })).usage).toMatchObject({ promptTokens: 90 });
    expect(foldParts(whole({}, { usage: {} })).usage).toBeNull();
  });

  it.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop-sequence'],
    ['MAX_TOKENS', 'length'],
    ['TOOL_CALL', 'tool-calls'],
    ['ERROR_TOXIC', 'content-filter'],
    ['SOMETHING_NEW', 'other'],
  ])('ends with %s, which is %s', (raw, unified) => {
    const finish = whole({}, { finish_reason: raw }).find((part) => part.type === 'finish');
    expect(finish).toEqual({ type: 'finish', choice: 0, reason: { unified, raw } });
  });

  it.each([
    ['ERROR', 'server-error'],
    ['ERROR_LIMIT', 'context-window'],
    ['TIMEOUT', 'timeout'],
  ])('has failed with %s, which is %s', (raw, failureClass) => {
    const error = thrownBy(() => whole({ content: [{ type: 'text', text: 'half' }] }, { finish_reason: raw }));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({ class: failureClass, providerCode: raw });
  });

  it.each([
    [null],
    [[]],
    [{}],
    [{ message: {} }],
    [{ finish_reason: 'COMPLETE' }],
    [{ finish_reason: 'COMPLETE', message: { content: ['text'] } }],
    [{ finish_reason: 'COMPLETE', message: { tool_calls: [{ id: '1' }] } }],
  ])('is malformed when it is %j', (body) => {
    expect(isMalformedResponse(thrownBy(() => cohereChatCodec.decodeResponse(body)))).toBe(true);
  });
});

describe('B3 a stream of Cohere', () => {
  it('gives what the whole answer gives, wherever it is cut', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    const pieces = fc.array(text, { minLength: 1, maxLength: 4 });
    const contents = fc.array(fc.tuple(fc.constantFrom('text', 'thinking'), pieces), { maxLength: 4 });
    const calls = fc.array(pieces, { maxLength: 3 });
    const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });
    fc.assert(
      fc.property(contents, calls, fc.option(text), cuts, (said, called, plan, places) => {
        const events = [
          ...said.flatMap(([type, texts], index) => [
            event('content-start', saying({ content: { type, [type]: '' } }, index)),
            ...texts.map((piece) => event('content-delta', saying({ content: { [type]: piece } }, index))),
            event('content-end', { index }),
            event('citation-start', { index: 0, delta: { message: { citations: {} } } }),
          ]),
          ...(plan === null ? [] : [event('tool-plan-delta', { delta: { message: { tool_plan: plan } } })]),
          ...called.flatMap((texts, index) => [
            event('tool-call-start', saying({ tool_calls: call(`c${index}`, 'f', '') }, index)),
            ...texts.map((piece) =>
              event('tool-call-delta', saying({ tool_calls: { function: { arguments: piece } } }, index)),
            ),
            event('tool-call-end', { index }),
          ]),
        ];
        const bytes = Buffer.from([START, ...events, END, 'data: [DONE]\n\n'].join(''));
        const message = {
          content: said.map(([type, texts]) => ({ type, [type]: texts.join('') })),
          ...(plan !== null && { tool_plan: plan }),
          tool_calls: called.map((texts, index) => call(`c${index}`, 'f', texts.join(''))),
        };
        const streamed = foldParts(decodeStream(cohereChatCodec, bytes, places));
        const folded = foldParts(whole(message, { usage: USAGE }));
        expect(withoutSeams(streamed.blocks)).toEqual(withoutSeams(folded.blocks));
        expect({ ...streamed, blocks: [] }).toEqual({ ...folded, blocks: [] });
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['the end is missing', START],
    ['the end has no reason', START + event('message-end', { delta: {} })],
    ['it goes on after its end', START + END + event('content-delta', saying({ content: { text: 'x' } }))],
    [
      'arguments have no call',
      START + event('tool-call-delta', saying({ tool_calls: { function: { arguments: '1' } } })),
    ],
    ['an event is no event', 'data: {"text":"x"}\n\n'],
    ['an event is not JSON', `${START}data: {"x\n\n`],
  ])('is malformed when %s', (_title, text) => {
    expect(isMalformedResponse(thrownBy(() => decodeStream(cohereChatCodec, Buffer.from(text))))).toBe(true);
  });

  it('may end in an error, whose sentence stays here', () => {
    const end = event('message-end', { delta: { finish_reason: 'ERROR', error: 'secret prompt' } });
    const error = thrownBy(() => decodeStream(cohereChatCodec, Buffer.from(START + end)));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({ class: 'server-error' });
    expect(String(error)).not.toContain('secret');
  });

  it('has failed when its end has an error, whatever reason is beside it', () => {
    for (const reason of [{}, { finish_reason: 'COMPLETE' }]) {
      const end = event('message-end', { delta: { ...reason, error: 'no' } });
      expect(isProviderStreamError(thrownBy(() => decodeStream(cohereChatCodec, Buffer.from(START + end))))).toBe(true);
    }
  });
});

/** A stream closes each of its contents, so that neighbours of a kind stay apart; a whole answer joins them. */
function withoutSeams(blocks: readonly { readonly kind: string; readonly text: string; readonly call?: string }[]) {
  const joined: { kind: string; text: string; call?: string }[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last?.kind === block.kind && block.call === undefined) last.text += block.text;
    else joined.push({ ...block });
  }
  return joined;
}
