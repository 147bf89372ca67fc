import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import type { AnswerMeter } from '../answer-cost/answer-meter';
import { arbitraryParts } from '../cross-wire/__fixtures__/arbitrary-parts';
import { nativeCodec } from './codec';

type Fields = Record<string, unknown>;

const meter = (more: Partial<AnswerMeter> = {}): AnswerMeter => ({
  promptTokens: 10,
  estimatedNanoUsd: 5_000,
  soFarNanoUsd: (bytes) => 1_500 + bytes * 3,
  total: { nanoUsd: 1_234, isEstimated: false, isUnpriced: false },
  ...more,
});
const context = (more: Partial<AnswerMeter> = {}) => ({ model: 'asked', wantsUsage: true, meter: meter(more) });

function eventsOf(parts: readonly StreamPart[], more: Partial<AnswerMeter> = {}): Fields[] {
  const encoder = nativeCodec.createStreamEncoder(context(more));
  const text = parts.map((part) => encoder.push(part)).join('') + encoder.end();
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.slice('data: '.length)) as Fields);
}

/** As a client would put the pieces together. */
function messageIn(events: readonly Fields[]): Fields {
  const joined = (name: string) => events.flatMap((event) => (name in event ? [event[name] as string] : [])).join('');
  const listed = (name: string) => events.flatMap((event) => (event[name] ?? []) as Fields[]);
  const calls: { id: unknown; type: unknown; function: { name: unknown; arguments: string } }[] = [];
  for (const piece of listed('tool_calls')) {
    const said = piece.function as { name?: string; arguments: string };
    const index = piece.index as number;
    const call = calls[index] ?? { id: piece.id, type: piece.type, function: { name: said.name, arguments: '' } };
    calls[index] = call;
    call.function.arguments += said.arguments;
  }
  return {
    content: joined('token'),
    reasoning_content: joined('reasoning_content'),
    thinking_blocks: listed('thinking_blocks'),
    tool_calls: calls,
  };
}

/** The text of parts in pieces of this many characters. */
function cut(parts: readonly StreamPart[], length: number): StreamPart[] {
  return parts.flatMap((part): StreamPart[] => {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta')
      return piecesOf(part.text, length).map((text) => ({ ...part, text }));
    if (part.type !== 'tool-call-delta') return [part];
    return piecesOf(part.argumentsText, length).map((argumentsText) => ({ ...part, argumentsText }));
  });
}

function piecesOf(text: string, length: number): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / length);
  return Array.from({ length: count }, (_, at) => characters.slice(at * length, (at + 1) * length).join(''));
}

const parts = arbitraryParts({ signedReasoning: true });
const costsIn = (events: readonly Fields[]) =>
  events.flatMap(({ cost_usd: cost }) => (typeof cost === 'number' ? [cost] : []));

describe('A11 answers of the native API', () => {
  it('say the same streamed and whole, however the provider cuts them', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 9 }), (answer, length) => {
        const whole = JSON.parse(JSON.stringify(nativeCodec.encodeResponse(answer, context()))) as Fields;
        const events = eventsOf(cut(answer, length));
        const done = events.at(-1) ?? {};
        const { content, reasoning_content, thinking_blocks, tool_calls } = whole.message as Fields;
        expect(messageIn(events)).toEqual({
          content: content ?? '',
          reasoning_content: reasoning_content ?? '',
          thinking_blocks: thinking_blocks ?? [],
          tool_calls: tool_calls ?? [],
        });
        for (const name of ['id', 'model', 'model_version', 'finish_reason', 'usage', 'cost'])
          expect([name, done[name]]).toEqual([name, whole[name]]);
        expect(events.filter(({ done: isLast }) => isLast === true)).toHaveLength(1);
      }),
    );
  });

  it('cost more with every piece and never less, and the end says what they did cost', () => {
    fc.assert(
      fc.property(parts, (answer) => {
        const events = eventsOf(answer);
        const costs = costsIn(events);
        expect(costs).toEqual([...costs].sort((left, right) => left - right));
        expect(events.slice(0, -1).every(({ estimated }) => estimated === true)).toBe(true);
        expect(events.at(-1)).toMatchObject({ done: true, total_cost_usd: 1.234e-6 });
      }),
    );
  });

  it('reckon the same cost however they are cut', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 9 }), (answer, length) => {
        const last = costsIn(eventsOf(cut(answer, length))).at(-1);
        expect(last).toBe(costsIn(eventsOf(cut(answer, 1_000))).at(-1));
      }),
    );
  });

  const SHORT: readonly StreamPart[] = [
    { type: 'response-start', id: 'a1', model: 'dated-1', createdUnixS: 7 },
    { type: 'text-start', choice: 0, block: 0 },
    { type: 'text-delta', choice: 0, block: 0, text: 'Hello' },
    { type: 'text-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: { unified: 'length', raw: 'length' } },
  ];

  it('have the shapes that are documented', () => {
    expect(eventsOf(SHORT)).toEqual([
      { token: 'Hello', cost_usd: 0.000001515, estimated: true },
      {
        ...{ done: true, total_cost_usd: 0.000001234, id: 'a1', created: 7, model: 'asked', model_version: 'dated-1' },
        ...{ finish_reason: 'length', usage: null },
        cost: {
          ...{ estimated_usd: 0.000005, actual_usd: 0.000001234, actual_nano_usd: 1_234 },
          ...{ input_tokens: 10, output_tokens: 2, total_tokens: 12, estimated: false, unknown: false },
        },
      },
    ]);
    expect(nativeCodec.encodeResponse(SHORT, context())).toMatchObject({
      object: 'gateway.chat',
      message: { role: 'assistant', content: 'Hello' },
      finish_reason: 'length',
      cost: { actual_nano_usd: 1_234 },
    });
  });

  it('never tell an unknown price as none', () => {
    const unpriced: Partial<AnswerMeter> = {
      estimatedNanoUsd: null,
      soFarNanoUsd: () => null,
      total: { nanoUsd: 0, isEstimated: false, isUnpriced: true },
    };
    const [token, done] = eventsOf(SHORT, unpriced);
    expect(token).toEqual({ token: 'Hello', cost_usd: null, unknown: true });
    expect(done).toMatchObject({
      total_cost_usd: null,
      cost: { estimated_usd: null, actual_usd: null, actual_nano_usd: null, unknown: true },
    });
  });

  it('end no stream well that was not finished', () => {
    const encoder = nativeCodec.createStreamEncoder(context());
    for (const part of SHORT.slice(0, -1)) encoder.push(part);
    expect(() => encoder.end()).toThrow('without a finish');
  });

  it('tell errors with their code, the field and the request', () => {
    const error = { code: 'rate_limited', message: 'Slow down.', param: 'model', retryAfterMs: 1_500 } as const;
    const told = {
      ...{ code: 'rate_limited', message: 'Slow down.', param: 'model', request_id: 'r1', retry_after_ms: 1_500 },
    };
    expect(nativeCodec.encodeError(error, 'r1')).toEqual({ error: told });
    expect(nativeCodec.encodeStreamError(error, 'r1')).toBe(`data: ${JSON.stringify({ error: told })}\n\n`);
  });
});
