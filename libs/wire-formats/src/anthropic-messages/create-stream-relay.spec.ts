import type { StreamRelay } from '../chat-wire-codec';
import { eventsOf } from '../cross-wire/__fixtures__/read-stream';
import { isProviderStreamError, MalformedResponse } from '../malformed-response';
import { readFixture } from './__fixtures__/read-fixture';
import { createStreamRelay } from './create-stream-relay';
import { sseEvent } from './sse-event-text';

const newRelay = () => createStreamRelay({ model: 'client "model"', wantsUsage: true });
const push = (relay: StreamRelay, event: string) => Buffer.from(relay.push(Buffer.from(event))).toString();
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const start = sseEvent('message_start', { message: { model: 'p', usage: { input_tokens: 100, output_tokens: 1 } } });
const delta = (fields: Record<string, unknown>) => sseEvent('content_block_delta', { index: 0, delta: fields });
const blockStart = (block: Record<string, unknown>) =>
  sseEvent('content_block_start', { index: 0, content_block: block });

describe.each(['tool-use.chunks.txt', 'thinking-and-server-tools.chunks.txt'])('B2 relaying %s', (name) => {
  it('changes the model in message_start, withholds message_stop, and touches no other byte', () => {
    const bytes = readFixture(name);
    const relay = newRelay();
    const relayed = Buffer.concat(eventsOf(bytes).map((event) => Buffer.from(relay.push(event))));
    const expected = bytes
      .toString()
      .replace(/"model":"claude[^"]*"/, '"model":"client \\"model\\""')
      .replace(STOP, '');
    expect(relayed.toString()).toBe(expected);
    expect(relay.isComplete).toBe(true);
  });
});

describe('B2 relaying a stream of Anthropic', () => {
  it('passes deltas on as the very same bytes', () => {
    const event = Buffer.from(delta({ type: 'text_delta', text: 'a' }));
    expect(newRelay().push(event)).toBe(event);
  });

  it('reads usage and finish from message_delta', () => {
    const relay = newRelay();
    for (const event of eventsOf(readFixture('tool-use.chunks.txt'))) relay.push(event);
    expect(relay.finishReason).toEqual({ unified: 'tool-calls', raw: 'tool_use' });
    expect(relay.usage).toMatchObject({
      promptTokens: 1596,
      cachedPromptTokens: 1024,
      cacheWriteTokens: 100,
      completionTokens: 89,
      estimated: false,
    });
  });

  it('estimates the output of a stream that is cut before its usage, and keeps the input', () => {
    const relay = newRelay();
    expect(relay.usage).toBeNull();
    push(relay, start);
    expect(relay.usage).toMatchObject({ promptTokens: 100, completionTokens: 1, estimated: true });
    push(relay, delta({ type: 'text_delta', text: 'x'.repeat(400) }));
    expect(relay.usage).toMatchObject({ promptTokens: 100, completionTokens: 100, estimated: true });
    push(relay, sseEvent('message_delta', { delta: {}, usage: { output_tokens: 7 } }));
    expect(relay.usage).toMatchObject({ promptTokens: 100, completionTokens: 7, estimated: false });
  });

  it.each([
    ['text_delta', 'text', 10],
    ['thinking_delta', 'thinking', 10],
    ['input_json_delta', 'partial_json', 10],
    ['signature_delta', 'signature', 0],
  ])('counts the text of a %s', (type, field, bytes) => {
    const relay = newRelay();
    push(relay, delta({ type, [field]: '0123456789' }));
    push(relay, delta({ type, [field]: '' }));
    expect(relay.generatedBytes).toBe(bytes);
  });

  it('commits on content and not before', () => {
    const quiet = [
      start,
      'event: ping\ndata: {"type": "ping"}\n\n',
      ': comment\n\n',
      blockStart({ type: 'text', text: '' }),
      blockStart({ type: 'thinking', thinking: '' }),
      sseEvent('content_block_stop', { index: 0 }),
      sseEvent('something_new', {}),
    ];
    const relay = newRelay();
    for (const event of quiet) push(relay, event);
    expect(relay.hasContent).toBe(false);
  });

  it.each([
    ['a delta', delta({ type: 'text_delta', text: 'a' })],
    ['a delta of an unknown kind', delta({ type: 'new', novelty: 1 })],
    ['a tool call', blockStart({ type: 'tool_use', id: 't', name: 'f', input: {} })],
    ['encrypted reasoning', blockStart({ type: 'redacted_thinking', data: 'x' })],
    ['a finish', sseEvent('message_delta', { delta: { stop_reason: 'end_turn' } })],
  ])('commits on %s', (_name, event) => {
    const relay = newRelay();
    push(relay, event);
    expect(relay.hasContent).toBe(true);
  });

  it('throws the error the provider sends', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const thrown = (() => {
      try {
        return push(newRelay(), sseEvent('error', { error }));
      } catch (caught) {
        return caught;
      }
    })();
    expect(isProviderStreamError(thrown) && thrown.failure).toMatchObject({
      class: 'overloaded',
      providerCode: 'overloaded_error',
    });
  });

  it.each([
    ['a delta cut short', 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n'],
    [
      'a delta cut inside its text',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ab\n\n',
    ],
    ['a delta that is no JSON', 'event: content_block_delta\ndata: {not json}\n\n'],
    ['a delta without a delta', 'event: content_block_delta\ndata: {"type":"content_block_delta"}\n\n'],
    ['a start that is no JSON', 'event: message_start\ndata: {]}\n\n'],
    ['a start without a message', 'event: message_start\ndata: {"type":"message_start"}\n\n'],
    ['a block without content', 'event: content_block_start\ndata: {"index":0}\n\n'],
    ['a nameless event that is no JSON', 'data: oops\n\n'],
  ])('refuses %s', (_name, event) => {
    expect(() => push(newRelay(), event)).toThrow(MalformedResponse);
  });

  it('writes over the model wherever message_start has it, and only that one', () => {
    const message = '{"x":{"model":"b"},"base_model":"d","model" :"c"}';
    const event = `event: message_start\ndata: {"model":"a","message": ${message}}\n\n`;
    expect(push(newRelay(), event)).toBe(event.replace('"c"', '"client \\"model\\""'));
  });

  it('adds no model where there was none', () => {
    const event = 'event: message_start\ndata: {"message":{"id":"m"}}\n\n';
    expect(push(newRelay(), event)).toBe(event);
  });

  describe('other spellings that are legal SSE', () => {
    const data = '{"type":"message_start","message":{"model":"p","usage":{"input_tokens":3}}}';
    it.each([
      ['CRLF', `event: message_start\r\ndata: ${data}\r\n\r\n`],
      ['no spaces', `event:message_start\ndata:${data}\n\n`],
      ['data first', `data: ${data}\nevent: message_start\n\n`],
      ['no name', `data: ${data}\n\n`],
      ['an id', `id: 7\nevent: message_start\ndata: ${data}\n\n`],
      ['lines that end like objects', `event: message_start\ndata: {"x":{}\ndata: ${data.replace('{', ',')}\n\n`],
      ['two data lines', `event: message_start\ndata: ${data.replace(',"message"', ',\ndata: "message"')}\n\n`],
    ])('%s', (_name, event) => {
      const relay = newRelay();
      const relayed = push(relay, event);
      expect(relayed).toContain('"model":"client \\"model\\""');
      expect(relayed).not.toContain('"p"');
      expect(relayed).toMatch(/\r?\n\r?\n$/);
      expect(relay.usage).toMatchObject({ promptTokens: 3 });
    });

    it('of the two usual lines keep their own bytes', () => {
      const event = `event:message_start\r\ndata: ${data}\r\n\r\n`;
      expect(push(newRelay(), event)).toBe(event.replace('"p"', '"client \\"model\\""'));
    });

    it.each([
      'data: {"type":"message_stop"}\n\n',
      'id: 1\nevent: message_stop\ndata: {}\n\n',
      STOP.replaceAll('\n', '\r\n'),
    ])('message_stop as %j', (event) => {
      const relay = newRelay();
      expect(push(relay, event)).toBe('');
      expect(relay.isComplete).toBe(true);
    });

    it('a nameless delta', () => {
      const relay = newRelay();
      const event = 'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"abc"}}\n\n';
      expect(push(relay, event)).toBe(event);
      expect([relay.hasContent, relay.generatedBytes]).toEqual([true, 3]);
    });
  });
});
