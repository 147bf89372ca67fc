import Anthropic from '@anthropic-ai/sdk';
import type { StreamPart } from '@gateway/domain';
import { NO_USAGE } from '@gateway/domain';
import { encodeStream } from '../cross-wire/__fixtures__/read-stream';
import { anthropicMessagesCodec } from './codec';

const START: StreamPart = { type: 'response-start', id: 'chatcmpl-1', model: 'gpt', createdUnixS: 1 };
const STOP: StreamPart = { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'stop' } };
const text = (block: number, value: string, choice = 0): StreamPart[] => [
  { type: 'text-start', choice, block },
  { type: 'text-delta', choice, block, text: value },
  { type: 'text-end', choice, block },
];
const usage: StreamPart = {
  type: 'usage',
  usage: {
    ...NO_USAGE,
    promptTokens: 10,
    cachedPromptTokens: 4,
    cacheWriteTokens: 1,
    completionTokens: 7,
    reasoningTokens: 2,
  },
};

interface WireEvent {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Reads the text the way a strict SSE reader would, without our own parser. */
function eventsIn(parts: readonly StreamPart[]): WireEvent[] {
  const raw = encodeStream(anthropicMessagesCodec, parts).toString();
  return raw
    .split('\n\n')
    .slice(0, -1)
    .map((event) => {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(event);
      if (match === null) throw new Error(`not an event: ${event}`);
      return { name: match[1]!, data: JSON.parse(match[2]!) };
    });
}

const stopReasonOf = (parts: readonly StreamPart[]) =>
  eventsIn(parts).find((event) => event.name === 'message_delta')?.data.delta;

describe('A8 encoding a stream for Anthropic clients', () => {
  it('writes the events in the order the SDKs rely on', () => {
    const call: StreamPart[] = [
      { type: 'tool-call-start', choice: 0, block: 1, id: 't', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 1, argumentsText: '{"a":' },
      { type: 'tool-call-delta', choice: 0, block: 1, argumentsText: '1}' },
      { type: 'tool-call-end', choice: 0, block: 1 },
    ];
    const finish: StreamPart = { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: 'tool_calls' } };
    expect(eventsIn([START, ...text(0, 'hi'), ...call, finish, usage]).map((event) => event.data)).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'chatcmpl-1',
          type: 'message',
          role: 'assistant',
          model: 'client-model',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '1}' } },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: {
          input_tokens: 5,
          cache_creation_input_tokens: 1,
          cache_read_input_tokens: 4,
          output_tokens: 7,
          output_tokens_details: { thinking_tokens: 2 },
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('names every event after the type in its data', () => {
    for (const { name, data } of eventsIn([START, ...text(0, 'hi'), STOP])) expect(name).toBe(data.type);
  });

  it('writes signed thinking, and encrypted thinking as its own kind of block', () => {
    const events = eventsIn([
      START,
      { type: 'reasoning-start', choice: 0, block: 0 },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'reasoning-end', choice: 0, block: 0, signature: 'sig' },
      { type: 'reasoning-start', choice: 0, block: 1 },
      { type: 'reasoning-end', choice: 0, block: 1, redactedData: 'xyz' },
      { type: 'reasoning-start', choice: 0, block: 2 },
      { type: 'reasoning-end', choice: 0, block: 2, signature: 'hidden' },
      STOP,
    ]);
    expect(events.slice(1, -2).map((event) => event.data)).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'xyz' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'signature_delta', signature: 'hidden' } },
      { type: 'content_block_stop', index: 2 },
    ]);
  });

  it('has one block open at a time even when the parts interleave', () => {
    const at = (block: number) => ({ choice: 0, block });
    const events = eventsIn([
      START,
      { type: 'tool-call-start', ...at(0), id: 'a', name: 'f' },
      { type: 'tool-call-start', ...at(1), id: 'b', name: 'g' },
      { type: 'tool-call-delta', ...at(1), argumentsText: 'B' },
      { type: 'tool-call-delta', ...at(0), argumentsText: 'A' },
      { type: 'tool-call-end', ...at(1) },
      { type: 'tool-call-end', ...at(0) },
      STOP,
    ]);
    const trace = events.map(({ name, data }) => `${name} ${data.index ?? ''}${JSON.stringify(data.delta ?? '')}`);
    expect(trace.slice(1, -2)).toEqual([
      'content_block_start 0""',
      'content_block_delta 0{"type":"input_json_delta","partial_json":"A"}',
      'content_block_stop 0""',
      'content_block_start 1""',
      'content_block_delta 1{"type":"input_json_delta","partial_json":"B"}',
      'content_block_stop 1""',
    ]);
  });

  it('closes what was left open at the finish', () => {
    const events = eventsIn([
      START,
      { type: 'text-start', choice: 0, block: 0 },
      { type: 'reasoning-start', choice: 0, block: 1 },
      STOP,
    ]);
    expect(events.map((event) => event.name)).toEqual([
      'message_start',
      ...['content_block_start', 'content_block_stop', 'content_block_start', 'content_block_stop'],
      'message_delta',
      'message_stop',
    ]);
  });

  it('can only express the first choice', () => {
    const other: StreamPart = { type: 'finish', choice: 1, reason: { unified: 'length', raw: null } };
    const one = eventsIn([START, ...text(0, 'hi'), STOP]);
    const two = eventsIn([START, ...text(1, 'no', 1), ...text(0, 'hi'), STOP, other]);
    expect(two).toEqual(one);
  });

  it('says message_stop and nothing else at the end of a relayed stream', () => {
    const terminator = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
    expect(encodeStream(anthropicMessagesCodec, []).toString()).toBe(terminator);
    expect(anthropicMessagesCodec.streamTerminator).toBe(terminator);
  });

  it.each([
    ['stop', 'end_turn'],
    ['stop-sequence', 'stop_sequence'],
    ['length', 'max_tokens'],
    ['content-filter', 'refusal'],
    ['pause', 'pause_turn'],
    ['other', 'end_turn'],
  ] as const)('says %s as %s', (unified, stopReason) => {
    const finish: StreamPart = { type: 'finish', choice: 0, reason: { unified, raw: null } };
    expect(stopReasonOf([START, finish])).toEqual({ stop_reason: stopReason, stop_sequence: null });
  });

  it('lets the content decide where the provider only said stop', () => {
    const call: StreamPart = { type: 'tool-call-start', choice: 0, block: 0, id: 't', name: 'f' };
    const refusal: StreamPart = { type: 'refusal-start', choice: 0, block: 0 };
    expect(stopReasonOf([START, call, STOP])).toMatchObject({ stop_reason: 'tool_use' });
    expect(stopReasonOf([START, refusal, STOP])).toMatchObject({ stop_reason: 'refusal' });
    const hit: StreamPart = { ...STOP, stopSequence: 'END' };
    expect(stopReasonOf([START, hit])).toEqual({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
  });

  it('keeps the word of Anthropic where it is more precise than ours', () => {
    const raw = 'model_context_window_exceeded';
    const finish: StreamPart = { type: 'finish', choice: 0, reason: { unified: 'length', raw } };
    expect(stopReasonOf([START, finish])).toMatchObject({ stop_reason: raw });
  });

  it('is understood by the official SDK', async () => {
    const parts: StreamPart[] = [
      START,
      { type: 'reasoning-start', choice: 0, block: 0 },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'reasoning-end', choice: 0, block: 0, signature: 'sig' },
      ...text(1, 'hé "llo"\n'),
      { type: 'tool-call-start', choice: 0, block: 2, id: 't', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 2, argumentsText: '{"a":1}' },
      { type: 'tool-call-end', choice: 0, block: 2 },
      { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: null } },
      usage,
    ];
    const bytes = encodeStream(anthropicMessagesCodec, parts).toString();
    const headers = { 'content-type': 'text/event-stream' };
    const client = new Anthropic({ apiKey: 'none', fetch: async () => new Response(bytes, { headers }) });
    const stream = client.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] });
    const message = await stream.finalMessage();
    expect(message).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'hé "llo"\n' },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 7 },
    });
  });
});
