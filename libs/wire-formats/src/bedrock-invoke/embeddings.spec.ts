import fc from 'fast-check';
import { refusedField } from '../cross-wire/__fixtures__/refused-field';
import { decodeEmbeddingsRequest } from '../openai-embeddings/decode-request';
import { decodeBedrockEmbeddings } from './decode-embeddings';
import { encodeBedrockEmbeddings } from './encode-embeddings';

const TITAN = 'amazon.titan-embed-text-v2:0';
const TITAN_ONE = 'amazon.titan-embed-text-v1';
const COHERE = 'cohere.embed-english-v3';
const COHERE_FOUR = 'eu.cohere.embed-v4:0';

const encode = (model: string, body: object, dropParams = false) =>
  encodeBedrockEmbeddings(decodeEmbeddingsRequest({ model: 'm', input: 'hi', ...body }), { model, dropParams });

describe('B2 embeddings of Bedrock', () => {
  it('are asked for in each model’s own words', () => {
    expect(encode(TITAN, { dimensions: 256, normalize: false }).body).toEqual({
      inputText: 'hi',
      dimensions: 256,
      normalize: false,
    });
    expect(encode(TITAN_ONE, {}).body).toEqual({ inputText: 'hi' });
    expect(encode(COHERE, { input: ['a', 'b'] }).body).toEqual({ texts: ['a', 'b'], input_type: 'search_document' });
    expect(encode(COHERE_FOUR, { dimensions: 512, input_type: 'search_query', truncate: 'END' }).body).toEqual({
      texts: ['hi'],
      input_type: 'search_query',
      truncate: 'END',
      output_dimension: 512,
    });
  });

  it.each([
    ['dimensions', TITAN_ONE, { dimensions: 256 }],
    ['dimensions', COHERE, { dimensions: 256 }],
    ['normalize', COHERE, { normalize: true }],
    ['input_type', TITAN, { input_type: 'search_query' }],
  ])('refuse %s at %s, or leave it out where they may', (field, model, more) => {
    expect(refusedField(() => encode(model, more))).toBe(field);
    expect(encode(model, more, true).dropped).toEqual([field]);
  });

  it.each([
    ['input', TITAN, { input: ['a', 'b'] }],
    ['input', COHERE, { input: [1, 2] }],
    ['model', 'amazon.titan-embed-image-v1', {}],
  ])('always refuse what would be another question: %s at %s', (field, model, more) => {
    expect(refusedField(() => encode(model, more, true))).toBe(field);
  });

  it('are read in every form, one vector for each input', () => {
    const vector = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), (vectors) => {
        const inputs = vectors.map(() => 'word');
        expect(decodeBedrockEmbeddings({ embeddings: vectors }, { inputs }).vectors).toEqual(vectors);
        expect(decodeBedrockEmbeddings({ embeddings: { float: vectors } }, { inputs }).usage).toMatchObject({
          promptTokens: vectors.length,
          estimated: true,
        });
        expect(() => decodeBedrockEmbeddings({ embeddings: vectors }, { inputs: [...inputs, 'more'] })).toThrow();
      }),
    );
    expect(decodeBedrockEmbeddings({ embedding: [1], inputTextTokenCount: 7 }, { inputs: ['a'] })).toMatchObject({
      vectors: [[1]],
      usage: { promptTokens: 7, estimated: false },
    });
  });

  it.each([null, {}, { embedding: [] }, { embedding: ['a'] }, { embeddings: { int8: [[1]] } }])(
    'that are none are malformed: %j',
    (document) => {
      expect(() => decodeBedrockEmbeddings(document, { inputs: ['a'] })).toThrow(/answer/);
    },
  );
});
