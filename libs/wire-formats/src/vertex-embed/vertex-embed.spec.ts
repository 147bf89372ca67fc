import fc from 'fast-check';
import { refusedField } from '../cross-wire/__fixtures__/refused-field';
import { isMalformedResponse } from '../malformed-response';
import { decodeEmbeddingsRequest } from '../openai-embeddings/decode-request';
import { decodeVertexEmbeddings } from './decode-embeddings';
import { encodeVertexEmbeddings } from './encode-embeddings';

const TEXT = 'text-embedding-005';
const encode = (model: string, body: object = {}, dropParams = false) =>
  encodeVertexEmbeddings(decodeEmbeddingsRequest({ model: 'm', input: 'hi', ...body }), { model, dropParams });

describe('A2 embeddings of Vertex AI', () => {
  it('are asked for by the call the model has', () => {
    const more = { dimensions: 3, task_type: 'RETRIEVAL_QUERY', title: 't', auto_truncate: false };
    expect(encode(TEXT, { input: ['a', 'b'], ...more })).toEqual({
      method: 'predict',
      body: {
        instances: ['a', 'b'].map((content) => ({ content, task_type: 'RETRIEVAL_QUERY', title: 't' })),
        parameters: { outputDimensionality: 3, autoTruncate: false },
      },
      dropped: [],
    });
    expect(encode('gemini-embedding-001')).toMatchObject({
      method: 'predict',
      body: { instances: [{ content: 'hi' }] },
    });
    expect(encode('gemini-embedding-2', { dimensions: 3, taskType: 'X' })).toEqual({
      method: 'embedContent',
      body: {
        content: { parts: [{ text: 'hi' }] },
        embedContentConfig: { taskType: 'X', outputDimensionality: 3 },
      },
      dropped: [],
    });
    expect(encode('gemini-embedding-2').body).toEqual({ content: { parts: [{ text: 'hi' }] } });
  });

  it('do without what Vertex has no word for, where they may', () => {
    expect(refusedField(() => encode(TEXT, { input_type: 'query' }))).toBe('input_type');
    expect(encode(TEXT, { input_type: 'query', user: 'u' }, true).dropped).toEqual(['input_type', 'user']);
  });

  it.each([
    ['input', TEXT, { input: [1, 2] }],
    ['input', 'gemini-embedding-001', { input: ['a', 'b'] }],
    ['model', 'multimodalembedding@001', {}],
  ])('are always refused for what would be other vectors: %s at %s', (field, model, more) => {
    expect(refusedField(() => encode(model, more, true))).toBe(field);
  });

  it('come one for each input, with the tokens of all', () => {
    const vector = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(vector, fc.nat(9)), { minLength: 1, maxLength: 4 }), (answers) => {
        const predictions = answers.map(([values, count]) => ({
          embeddings: { values, statistics: { token_count: count } },
        }));
        const inputs = answers.map(() => 'x');
        expect(decodeVertexEmbeddings({ predictions }, { inputs })).toMatchObject({
          vectors: answers.map(([values]) => values),
          usage: { promptTokens: answers.reduce((sum, [, count]) => sum + count, 0), estimated: false },
        });
      }),
    );
    const one = { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 4 } };
    expect(decodeVertexEmbeddings(one, { inputs: ['x'] })).toMatchObject({
      vectors: [[1]],
      usage: { promptTokens: 4 },
    });
    const uncounted = { embedding: { values: [1] } };
    expect(decodeVertexEmbeddings(uncounted, { inputs: ['12345678'] }).usage).toMatchObject({
      promptTokens: 2,
      estimated: true,
    });
  });

  it.each([null, {}, { predictions: [] }, { predictions: [{}] }, { embedding: { values: 'x' } }])(
    'are not there in %j',
    (document) => {
      let failure: unknown;
      try {
        decodeVertexEmbeddings(document, { inputs: ['a'] });
      } catch (error) {
        failure = error;
      }
      expect(isMalformedResponse(failure)).toBe(true);
    },
  );
});
