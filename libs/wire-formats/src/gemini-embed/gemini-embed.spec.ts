import { GatewayException } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { decodeEmbeddingsRequest } from '../openai-embeddings/decode-request';
import { decodeGeminiEmbeddings } from './decode-embeddings';
import { encodeGeminiEmbeddings } from './encode-embeddings';

const encode = (body: object, dropParams = false) =>
  encodeGeminiEmbeddings(decodeEmbeddingsRequest({ model: 'm', input: 'x', ...body }), {
    model: 'models/e',
    dropParams,
  });

describe('A2 embeddings of Gemini', () => {
  it('are asked for one by one, with dimensions and its own settings', () => {
    const more = { outputDimensionality: 3, taskType: 'RETRIEVAL_QUERY' };
    expect(encode({ input: ['a', 'b'], dimensions: 3, task_type: 'RETRIEVAL_QUERY', user: 'u' })).toEqual({
      body: { requests: ['a', 'b'].map((text) => ({ model: 'models/e', content: { parts: [{ text }] }, ...more })) },
      dropped: ['user'],
    });
  });

  it('cannot be had for tokens, nor with what it does not know', () => {
    expect(() => encode({ input: [1, 2] }, true)).toThrow(GatewayException);
    expect(() => encode({ input_type: 'query' })).toThrow('input_type');
    expect(encode({ input_type: 'query' }, true).dropped).toEqual(['input_type']);
  });

  it('come with the tokens they cost, estimated where nobody counted', () => {
    const inputs = ['12345678', 'x'];
    const embeddings = [{ values: [1] }, { values: [2] }];
    const decode = (more: object) => decodeGeminiEmbeddings({ embeddings, ...more }, { inputs });
    expect(decode({ usageMetadata: { promptTokenCount: 7 } })).toMatchObject({
      vectors: [[1], [2]],
      usage: { promptTokens: 7, estimated: false },
    });
    expect(decode({}).usage).toMatchObject({ promptTokens: 3, estimated: true });
    expect(() => decode({ embeddings: [{ values: [1] }] })).toThrow(MalformedResponse);
  });
});
