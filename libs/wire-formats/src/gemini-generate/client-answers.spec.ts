import type { GatewayError, StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { arbitraryParts } from '../cross-wire/__fixtures__/arbitrary-parts';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream, encodeStream, eventsOf } from '../cross-wire/__fixtures__/read-stream';
import { geminiGenerateCodec as codec } from './codec';

const CONTEXT = { model: 'client-model', wantsUsage: true };
const chunk = (part: object | null, more: object = {}) => ({
  candidates: [{ content: { parts: part ? [part] : [], role: 'model' }, index: 0, ...more }],
  modelVersion: 'gemini-2.5-flash-001',
  responseId: 'r',
});
const sse = (...chunks: object[]) => Buffer.from(chunks.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`).join(''));
const through = (bytes: Buffer, cuts: readonly number[] = []) => {
  const relay = codec.createStreamRelay(CONTEXT);
  const out = Buffer.concat(eventsOf(bytes, cuts).map((event) => relay.push(event)));
  return { relay, out };
};

describe('B3 an answer to a client of Gemini’s wire', () => {
  it('streamed and whole say the same, with thoughts and their proofs of other providers', () => {
    fc.assert(
      fc.property(arbitraryParts({ signedReasoning: true }), (parts) => {
        const streamed = foldParts(decodeStream(codec, encodeStream(codec, parts, CONTEXT.model)));
        const whole = foldParts(codec.decodeResponse(JSON.parse(JSON.stringify(codec.encodeResponse(parts, CONTEXT)))));
        expect(whole.blocks.map(({ text }) => text).join('')).toBe(streamed.blocks.map(({ text }) => text).join(''));
        expect([whole.finish, whole.usage?.completionTokens]).toEqual([
          streamed.finish,
          streamed.usage?.completionTokens,
        ]);
      }),
    );
  });

  it.each([[{ signature: 'EqQBCkYIChgCKkD/+=' }], [{ redactedData: 'encrypted ü' }], [{ signature: 'gemini:AbC=' }]])(
    'a thought comes back with the proof it had: %j',
    (proof) => {
      const parts: StreamPart[] = [
        { type: 'response-start', id: 'r', model: 'm', createdUnixS: 0 },
        { type: 'reasoning-start', choice: 0, block: 0 },
        ...('redactedData' in proof ? [] : [{ type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' } as const]),
        { type: 'reasoning-end', choice: 0, block: 0, ...proof },
        { type: 'text-start', choice: 0, block: 1 },
        { type: 'text-delta', choice: 0, block: 1, text: 'yes' },
        { type: 'text-end', choice: 0, block: 1 },
        { type: 'finish', choice: 0, reason: { unified: 'stop', raw: null } },
      ];
      const answer = codec.encodeResponse(parts, CONTEXT) as { candidates: [{ content: { parts: object[] } }] };
      const { content } = answer.candidates[0];
      expect(content.parts).toHaveLength(2);
      const { messages } = codec.decodeRequest({ contents: [content] }, { model: 'm', stream: false });
      expect(messages[0]?.content[0]).toEqual({
        type: 'reasoning',
        text: 'redactedData' in proof ? '' : 'hm',
        ...proof,
      });
    },
  );

  it('has several candidates, their reasons and the usage as the API writes them', () => {
    const of = (choice: number, text: string): StreamPart[] => [
      { type: 'text-start', choice, block: 0 },
      { type: 'text-delta', choice, block: 0, text },
      { type: 'text-end', choice, block: 0 },
    ];
    const answer = codec.encodeResponse(
      [
        { type: 'response-start', id: 'r', model: 'm', createdUnixS: 0 },
        ...of(1, 'b'),
        ...of(0, 'a'),
        { type: 'finish', choice: 0, reason: { unified: 'length', raw: 'length' } },
        { type: 'finish', choice: 1, reason: { unified: 'content-filter', raw: 'RECITATION' } },
        {
          type: 'usage',
          usage: {
            promptTokens: 9,
            completionTokens: 7,
            cachedPromptTokens: 4,
            cacheWriteTokens: 0,
            reasoningTokens: 5,
            estimated: false,
          },
        },
      ],
      CONTEXT,
    );
    expect(answer).toEqual({
      candidates: [
        { content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 },
        { content: { parts: [{ text: 'b' }], role: 'model' }, finishReason: 'RECITATION', index: 1 },
      ],
      usageMetadata: {
        promptTokenCount: 9,
        candidatesTokenCount: 2,
        totalTokenCount: 16,
        thoughtsTokenCount: 5,
        cachedContentTokenCount: 4,
      },
      modelVersion: 'client-model',
      responseId: 'r',
    });
  });

  it.each<[GatewayError, number, string, object]>([
    [
      { code: 'invalid_request', message: 'no', param: 'contents[0].role' },
      400,
      'INVALID_ARGUMENT',
      BAD('contents[0].role'),
    ],
    [{ code: 'model_not_found', message: 'no' }, 404, 'NOT_FOUND', {}],
    [{ code: 'missing_api_key', message: 'no' }, 401, 'UNAUTHENTICATED', {}],
    [{ code: 'rate_limited', message: 'no', retryAfterMs: 1500 }, 429, 'RESOURCE_EXHAUSTED', RETRY('1.5s')],
    [{ code: 'provider_overloaded', message: 'no' }, 503, 'UNAVAILABLE', {}],
    [{ code: 'provider_timeout', message: 'no' }, 504, 'DEADLINE_EXCEEDED', {}],
  ])('the error %j in Google’s shape', (error, code, status, detail) => {
    const document = codec.encodeError(error, 'req-1') as { error: { details: object[] } };
    expect(document).toMatchObject({ error: { code, status, message: 'no' } });
    expect(document.error.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RequestInfo',
      requestId: 'req-1',
    });
    if (Object.keys(detail).length > 0) expect(document.error.details).toContainEqual(detail);
    expect(codec.encodeStreamError(error, 'req-1')).toBe(`data: ${JSON.stringify(document)}\r\n\r\n`);
  });
});

function BAD(field: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description: 'no' }] };
}

function RETRY(retryDelay: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
}

describe('B3 a Gemini stream relayed to a client of the same wire', () => {
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 4 };
  const whole = [
    chunk({ text: 'hé', thought: true }),
    chunk({ text: ' "modelVersion": ' }),
    chunk({ functionCall: { name: 'f', args: { modelVersion: 'x', finishReason: 'STOP' } }, thoughtSignature: 'AA==' }),
    { ...chunk(null, { finishReason: 'STOP', citationMetadata: {} }), usageMetadata },
  ];

  it('keeps every byte but the model’s name, however it is cut', () => {
    const expected = sse(...whole)
      .toString()
      .replaceAll('gemini-2.5-flash-001', CONTEXT.model);
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 9 }), (cuts) => {
        const { relay, out } = through(sse(...whole), cuts);
        expect(out.toString()).toBe(expected);
        expect(relay).toMatchObject({
          isComplete: true,
          hasContent: true,
          finishReason: { unified: 'tool-calls', raw: 'STOP' },
          usage: { promptTokens: 3, completionTokens: 6, reasoningTokens: 4 },
        });
      }),
    );
  });

  it('is not complete before every candidate said why it ended, and holds no content before the first', () => {
    const { relay } = through(sse(chunk(null), { ...chunk(null), promptFeedback: {} }));
    expect([relay.hasContent, relay.isComplete]).toEqual([false, false]);
    const two = [
      {
        candidates: [
          { index: 0, content: { parts: [{ text: 'a' }] } },
          { index: 1, content: { parts: [{ text: 'b' }] } },
        ],
      },
      { candidates: [{ index: 0, finishReason: 'STOP' }] },
    ];
    expect(through(sse(...two)).relay).toMatchObject({ isComplete: false, hasContent: true, generatedBytes: 2 });
    expect(through(sse(...two, { candidates: [{ index: 1, finishReason: 'STOP' }] })).relay.isComplete).toBe(true);
  });

  it('an event of another shape is written anew, an error ends it, rubbish is no answer', () => {
    const odd = Buffer.from(`: hi\r\n\r\nevent: x\ndata: {"modelVersion":"a",\ndata: "candidates":[]}\n\n`);
    expect(through(odd).out.toString()).toBe('data: {"modelVersion":"client-model","candidates":[]}\r\n\r\n');
    expect(() => through(sse({ error: { code: 503, status: 'UNAVAILABLE', message: 'later' } }))).toThrow(
      /UNAVAILABLE/,
    );
    expect(() => through(Buffer.from('data: {"candidates":\r\n\r\n'))).toThrow(/not JSON/);
  });

  it('a whole answer: bytes stay, a refused prompt is an answer, anything else is not', () => {
    const body = JSON.stringify({ ...whole[3], more: ' x ' }, null, 1);
    const relayed = codec.relayResponse(Buffer.from(body), CONTEXT);
    expect(Buffer.from(relayed.bytes).toString()).toBe(body.replace('gemini-2.5-flash-001', CONTEXT.model));
    expect(relayed).toMatchObject({ usage: { completionTokens: 6 }, finishReason: { unified: 'stop' } });
    const blocked = Buffer.from('{"promptFeedback":{"blockReason":"SAFETY"}}');
    expect(codec.relayResponse(blocked, CONTEXT).finishReason).toEqual({ unified: 'content-filter', raw: 'SAFETY' });
    expect(() => codec.relayResponse(Buffer.from('{}'), CONTEXT)).toThrow(/no candidates/);
    expect(() => codec.relayResponse(Buffer.from('[1'), CONTEXT)).toThrow(/not JSON/);
  });
});
