import fc from 'fast-check';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { openaiEmbeddingsCodec } from './codec';
import { decodeEmbeddingsRequest } from './decode-request';
import { decodeVector, encodeVector } from './embedding-encoding';
import { encodeEmbeddingsAnswer } from './encode-answer';
import { relayEmbeddings } from './relay-answer';

// JSON has no negative zero: as a number it would come back as the other one.
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const vectors = fc.array(fc.array(float32, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

const answerOf = (given: readonly (readonly number[])[], format: 'float' | 'base64', more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      object: 'list',
      data: given.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: format === 'base64' ? encodeVector(vector) : vector,
      })),
      model: 'theirs',
      usage: { prompt_tokens: 4, total_tokens: 4 },
      ...more,
    }),
  );

const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;

describe('embeddings request', () => {
  it.each([
    [{ input: 'hi' }, 'model'],
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: '' }, 'input'],
    [{ model: 'm', input: [] }, 'input'],
    [{ model: 'm', input: ['a', ''] }, 'input[1]'],
    [{ model: 'm', input: ['a', 2] }, 'input[1]'],
    [{ model: 'm', input: [[1], []] }, 'input[1]'],
    [{ model: 'm', input: { text: 'a' } }, 'input'],
    [{ model: 'm', input: 'a', dimensions: 0 }, 'dimensions'],
    [{ model: 'm', input: 'a', encoding_format: 'int8' }, 'encoding_format'],
    [{ model: 'm', input: 'a', user: 5 }, 'user'],
  ])('A2 %j is refused with its field', (body, param) => {
    const check = openaiEmbeddingsCodec.validateRequest(body);
    expect(check).toMatchObject({ ok: false, error: { code: 'invalid_request', param } });
  });

  it.each([
    ['one', ['one']],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ],
  ])('A2 input %j is %j', (input, inputs) => {
    const body = { model: 'm', input, dimensions: null, input_type: 'query' };
    expect(openaiEmbeddingsCodec.validateRequest(body)).toMatchObject({ ok: true, model: 'm', stream: false });
    expect(decodeEmbeddingsRequest(body)).toEqual({
      model: 'm',
      inputs,
      encodingFormat: 'float',
      unmapped: { input_type: 'query' },
    });
  });
});

describe('embeddings answer', () => {
  it('A2 any vector of 32-bit floats comes back from base64 as it was', () => {
    fc.assert(
      fc.property(fc.array(float32, { minLength: 1 }), (vector) => {
        expect(decodeVector(encodeVector(vector))).toEqual(vector);
      }),
    );
    expect(decodeVector('')).toBeNull();
    expect(decodeVector('AAAA')).toBeNull();
  });

  it('A2 is in the form the client asked for, whatever the provider’s, and has the client’s model name', () => {
    const format = fc.constantFrom('float' as const, 'base64' as const);
    fc.assert(
      fc.property(vectors, format, format, (given, theirs, wanted) => {
        const relayed = relayEmbeddings(answerOf(given, theirs, { extra: 1 }), {
          model: 'ours',
          encodingFormat: wanted,
        });
        expect(parsed(relayed.bytes)).toEqual({ ...parsed(answerOf(given, wanted)), model: 'ours', extra: 1 });
        expect(relayed.usage).toMatchObject({ promptTokens: 4, completionTokens: 0, estimated: false });
      }),
    );
  });

  it('A2 an answer in the right form keeps its bytes but for the name', () => {
    const answer = Buffer.from('{ "data":[ {"embedding":[1.50, 2e0],"odd" : true} ],"model":"x","usage":null}');
    const { bytes, usage } = relayEmbeddings(answer, { model: 'y', encodingFormat: 'float' });
    expect(Buffer.from(bytes).toString()).toBe(answer.toString().replace('"x"', '"y"'));
    expect(usage).toBeNull();
  });

  it('A2 from the hub is OpenAI’s', () => {
    const usage = { ...parsedUsage, promptTokens: 9 };
    const context = { model: 'm', encodingFormat: 'float' as const };
    expect(encodeEmbeddingsAnswer({ vectors: [[1, 2]], usage }, context)).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [1, 2] }],
      model: 'm',
      usage: { prompt_tokens: 9, total_tokens: 9 },
    });
  });

  it.each([
    'not json',
    '[]',
    '{}',
    '{"data":{}}',
    '{"data":[{"index":0}]}',
    '{"data":[{"embedding":"AAA"}]}',
    '{"data":[{"embedding":{}}]}',
    '{"data":[{"embedding":[]}]}',
  ])('B7 %s is no answer', (text) => {
    expect(thrownBy(text, isMalformedResponse)).toBe(true);
  });

  it('B7 an error under a success status is an error', () => {
    expect(thrownBy('{"error":{"code":"rate_limit_exceeded"}}', isProviderStreamError)).toBe(true);
  });
});

const parsedUsage = {
  promptTokens: 0,
  completionTokens: 0,
  cachedPromptTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

function thrownBy(text: string, is: (error: unknown) => boolean): boolean {
  try {
    relayEmbeddings(Buffer.from(text), { model: 'm', encodingFormat: 'float' });
  } catch (error) {
    return is(error);
  }
  return false;
}
