import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream } from '../cross-wire/__fixtures__/read-stream';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { geminiGenerateCodec } from './codec';

type Part = Record<string, unknown>;

const chunk = (parts: readonly Part[], finishReason?: string, more: Part = {}) => ({
  candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }), index: 0 }],
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
  ...more,
});
const USAGE = {
  promptTokenCount: 10,
  toolUsePromptTokenCount: 2,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 3,
  cachedContentTokenCount: 4,
  totalTokenCount: 20,
};
const eventOf = (data: unknown, end = '\r\n\r\n') => `data: ${JSON.stringify(data)}${end}`;
const streamOf = (...chunks: unknown[]) => Buffer.from(chunks.map((one) => eventOf(one)).join(''));
const whole = (parts: readonly Part[], finish = 'STOP', more: Part = {}) =>
  geminiGenerateCodec.decodeResponse(chunk(parts, finish, more));

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('B3 a whole answer of Gemini', () => {
  it('has text, thoughts and calls in their order, with signatures', () => {
    const parts = whole([
      { text: 'let me ', thought: true },
      { text: 'think', thought: true, thoughtSignature: 'dGg=' },
      { text: 'It is ' },
      { text: 'so.' },
      { functionCall: { id: 'c1', name: 'f', args: { a: 'ü' } }, thoughtSignature: 'c2ln' },
      { functionCall: { name: 'g' } },
    ]);
    expect(foldParts(parts)).toMatchObject({
      id: 'r1',
      model: 'gemini-2.5-flash',
      finish: 'tool-calls',
      blocks: [
        { kind: 'reasoning', text: 'let me think', signature: 'gemini:dGg=' },
        { kind: 'text', text: 'It is so.' },
        { kind: 'tool-call', call: 'c1 f', text: '{"a":"ü"}' },
        { kind: 'tool-call', call: 'call_r1_0_3 g', text: '{}' },
      ],
    });
    expect(parts.filter((part) => part.type === 'tool-call-start').map(({ signature }) => signature)).toEqual([
      'c2ln',
      undefined,
    ]);
  });

  it('keeps the signature of plain text, as a thought without words after it', () => {
    const { blocks } = foldParts(whole([{ text: 'so' }, { text: '', thoughtSignature: 'ZW5k' }]));
    expect(blocks).toEqual([
      { kind: 'text', text: 'so' },
      { kind: 'reasoning', text: '', signature: 'gemini:ZW5k' },
    ]);
  });

  it('counts thoughts as output, tools’ prompts as input, and cached tokens as part of the prompt', () => {
    expect(foldParts(whole([{ text: 'x' }], 'STOP', { usageMetadata: USAGE })).usage).toEqual({
      promptTokens: 12,
      completionTokens: 8,
      cachedPromptTokens: 4,
      cacheWriteTokens: 0,
      reasoningTokens: 3,
      estimated: false,
      raw: USAGE,
    });
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('ends with %s, which is %s', (raw, unified) => {
    const finish = whole([{ text: 'x' }], raw).find((part) => part.type === 'finish');
    expect(finish).toEqual({ type: 'finish', choice: 0, reason: { unified, raw } });
  });

  it('may have several candidates, each with blocks of its own', () => {
    const candidates = ['a', 'b'].map((text, index) => ({
      content: { parts: [{ text }] },
      finishReason: 'STOP',
      // The API leaves zeros out.
      ...(index > 0 && { index }),
    }));
    const parts = geminiGenerateCodec.decodeResponse({ candidates });
    expect(parts.flatMap((part) => (part.type === 'text-delta' ? [[part.choice, part.block, part.text]] : []))).toEqual(
      [
        [0, 0, 'a'],
        [1, 0, 'b'],
      ],
    );
    expect(parts.filter((part) => part.type === 'finish').map(({ choice }) => choice)).toEqual([0, 1]);
  });

  it('may be refused in the middle, without content', () => {
    const parts = geminiGenerateCodec.decodeResponse({ candidates: [{ finishReason: 'SAFETY' }] });
    expect(foldParts(parts)).toMatchObject({ finish: 'content-filter', blocks: [] });
  });

  it('is an error when the prompt was blocked', () => {
    const error = thrownBy(() => geminiGenerateCodec.decodeResponse({ promptFeedback: { blockReason: 'SAFETY' } }));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({
      class: 'content-filter',
      providerCode: 'SAFETY',
    });
  });

  it.each([[{}], [{ candidates: [] }], [{ candidates: [{ content: { parts: [] } }] }], [null], [{ candidates: [1] }]])(
    'is malformed when it is %j',
    (body) => {
      expect(isMalformedResponse(thrownBy(() => geminiGenerateCodec.decodeResponse(body)))).toBe(true);
    },
  );
});

describe('B3 a stream of Gemini', () => {
  it('gives what the whole answer gives, whatever the chunks and wherever they are cut', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    const part: fc.Arbitrary<Part> = fc.oneof(
      text.map((value) => ({ text: value })),
      text.map((value) => ({ text: value, thought: true })),
      fc.record({ functionCall: fc.record({ id: fc.stringMatching(/^[a-z]{3}$/), name: fc.constant('f') }) }),
    );
    const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), cuts, (parts, places) => {
        const chunks = parts.map((one) => chunk([one]));
        const last = chunk([{ text: '' }], 'STOP', { usageMetadata: USAGE });
        const streamed = decodeStream(geminiGenerateCodec, streamOf(...chunks, last), places);
        expect(foldParts(streamed)).toEqual(foldParts(whole(parts, 'STOP', { usageMetadata: USAGE })));
      }),
    );
  });

  it('takes usage that comes after the finish', () => {
    const after = { usageMetadata: USAGE, modelVersion: 'm', responseId: 'r1' };
    const parts = decodeStream(geminiGenerateCodec, streamOf(chunk([{ text: 'x' }], 'STOP'), after));
    expect(parts.at(-1)).toMatchObject({ type: 'usage', usage: { promptTokens: 12 } });
  });

  it('was cut off when nobody said why it ended', () => {
    const decode = () => decodeStream(geminiGenerateCodec, streamOf(chunk([{ text: 'x' }])));
    expect(isMalformedResponse(thrownBy(decode))).toBe(true);
  });

  it.each([
    ['UNAVAILABLE', 'overloaded', ''],
    ['RESOURCE_EXHAUSTED', 'rate-limited', ''],
    ['INTERNAL', 'server-error', ''],
    ['PERMISSION_DENIED', 'auth', ''],
    ['INVALID_ARGUMENT', 'bad-request', 'secret prompt'],
    [
      'INVALID_ARGUMENT',
      'context-window',
      'The input token count (9) exceeds the maximum number of tokens allowed (8).',
    ],
  ])('may end in %s, which is %s', (status, failureClass, message) => {
    const seen: StreamPart[] = [];
    const decoder = geminiGenerateCodec.createStreamDecoder();
    seen.push(...decoder.push({ event: 'message', data: JSON.stringify(chunk([{ text: 'x' }])) }));
    const data = JSON.stringify({ error: { code: 500, status, message } });
    const error = thrownBy(() => decoder.push({ event: 'message', data }));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({ class: failureClass, providerCode: status });
    expect(String(error)).not.toContain('secret');
    expect(seen.map((part) => part.type)).toEqual(['response-start', 'text-start', 'text-delta']);
  });
});
