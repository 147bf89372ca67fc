import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { CONVERSATION_WIRES } from '../cross-wire/__fixtures__/conversation-wires';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream, encodeStream } from '../cross-wire/__fixtures__/read-stream';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { ollamaChatCodec } from './codec';

type Body = Record<string, unknown>;

const CREATED = '2025-01-02T03:04:05.123456789Z';
const COUNTS = { prompt_eval_count: 10, eval_count: 5 };
const document = (message: Body, more: Body = { done: false }): Body => ({
  model: 'llama3',
  created_at: CREATED,
  message: { role: 'assistant', content: '', ...message },
  ...more,
});
const END = { done: true, done_reason: 'stop', ...COUNTS, total_duration: 7 };
const whole = (message: Body, end: Body = END) => ollamaChatCodec.decodeResponse(document(message, end));
const linesOf = (...documents: Body[]) => Buffer.from(documents.map((one) => `${JSON.stringify(one)}\n`).join(''));

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('B3 a whole answer of Ollama', () => {
  it('has thoughts, text and calls', () => {
    const parts = whole({
      thinking: 'hm',
      content: 'It is so.',
      tool_calls: [{ id: 'c1', function: { name: 'f', arguments: { a: 'ü' } } }, { function: { name: 'g' } }],
    });
    const id = 'ollama-20250102030405123456789';
    expect(parts[0]).toEqual({ type: 'response-start', id, model: 'llama3', createdUnixS: 1_735_787_045 });
    expect(foldParts(parts)).toMatchObject({
      finish: 'tool-calls',
      blocks: [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'It is so.' },
        { kind: 'tool-call', call: 'c1 f', text: '{"a":"ü"}' },
        { kind: 'tool-call', call: `call_${id}_3 g`, text: '{}' },
      ],
      usage: {
        promptTokens: 10,
        completionTokens: 5,
        estimated: false,
        raw: { ...COUNTS, total_duration: 7 },
      },
    });
  });

  it('without counts has no usage, so that it is estimated', () => {
    expect(foldParts(whole({ content: 'x' }, { done: true, done_reason: 'stop' })).usage).toBeNull();
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'other'],
    ['something new', 'other'],
  ])('ends with %s, which is %s', (raw, unified) => {
    const finish = whole({ content: 'x' }, { ...END, done_reason: raw }).find((part) => part.type === 'finish');
    expect(finish).toEqual({ type: 'finish', choice: 0, reason: { unified, raw } });
  });

  it.each([[{}], [{ message: { content: 'x' } }], [null], [document({ tool_calls: [{}] })], ['text']])(
    'is malformed when it is %j',
    (body) => {
      expect(isMalformedResponse(thrownBy(() => ollamaChatCodec.decodeResponse(body)))).toBe(true);
    },
  );

  it('may be an error under a good status', () => {
    const error = thrownBy(() => ollamaChatCodec.decodeResponse({ error: 'secret prompt' }));
    expect(isProviderStreamError(error) && error.failure.class).toBe('server-error');
    expect(String(error)).not.toContain('secret');
  });
});

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
const piece: fc.Arbitrary<Body> = fc.oneof(
  text.map((content) => ({ content })),
  text.map((thinking) => ({ thinking })),
  fc
    .record({
      id: fc.stringMatching(/^[a-z]{3}$/),
      function: fc.record({ name: fc.constant('f'), arguments: fc.dictionary(fc.string(), fc.string()) }),
    })
    .map((call) => ({ tool_calls: [call] })),
);
const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });

describe('B3 a stream of Ollama', () => {
  it('loses and reorders nothing, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), cuts, (pieces, places) => {
        const bytes = linesOf(...pieces.map((one) => document(one)), document({}, END));
        const { blocks, finish, usage } = foldParts(decodeStream(ollamaChatCodec, bytes, places));
        const textOf = (kind: string) => blocks.flatMap((block) => (block.kind === kind ? [block.text] : []));
        const said = (field: string) => pieces.map((one) => one[field] ?? '').join('');
        expect(textOf('text').join('')).toBe(said('content'));
        expect(textOf('reasoning').join('')).toBe(said('thinking'));
        const calls = pieces.flatMap((one) => (one.tool_calls as { function: { arguments: object } }[]) ?? []);
        expect(textOf('tool-call')).toEqual(calls.map((call) => JSON.stringify(call.function.arguments)));
        expect(finish).toBe(calls.length > 0 ? 'tool-calls' : 'stop');
        expect(usage).toMatchObject({ promptTokens: 10, completionTokens: 5 });
      }),
    );
  });

  it('reaches clients of every wire whole', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom(...CONVERSATION_WIRES), (pieces, wire) => {
        const codec = CHAT_WIRE_CODECS[wire];
        const hub = decodeStream(ollamaChatCodec, linesOf(...pieces.map((one) => document(one)), document({}, END)));
        const heard = (parts: readonly StreamPart[]) => {
          const { blocks, finish } = foldParts(parts);
          return [
            finish,
            ...['text', 'tool-call'].map((kind) =>
              blocks
                .filter((block) => block.kind === kind)
                .map((block) => block.text)
                .join(''),
            ),
          ];
        };
        expect(heard(decodeStream(codec, encodeStream(codec, hub)))).toEqual(heard(hub));
      }),
    );
  });

  it('was cut off when it was not done', () => {
    const decode = () => decodeStream(ollamaChatCodec, linesOf(document({ content: 'x' })));
    expect(isMalformedResponse(thrownBy(decode))).toBe(true);
  });

  it('may end in an error', () => {
    const decoder = ollamaChatCodec.createStreamDecoder();
    decoder.push({ event: 'message', data: JSON.stringify(document({ content: 'x' })) });
    const error = thrownBy(() => decoder.push({ event: 'message', data: '{"error":"secret prompt"}' }));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({ class: 'server-error' });
  });
});
