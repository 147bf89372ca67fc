import { GatewayException } from '@gateway/domain';
import { PROVIDERS } from '../provider-registry';

function prepare(prefix: string, body: object, dropParams = false) {
  const entry = PROVIDERS.find(prefix);
  const target = { baseUrl: entry?.defaultBaseUrl ?? '', apiKey: 'k', extraHeaders: {} };
  const prepared = entry?.operations?.embeddings?.prepare(target, {
    body: Buffer.from(JSON.stringify({ model: 'ours', ...body })),
    requestedModel: 'ours',
    providerModel: 'theirs',
    stream: false,
    deployment: { dropParams },
  });
  if (!prepared) throw new Error(`${prefix} does not embed`);
  const { origin, path, body: sent } = prepared.call;
  return {
    url: origin + path,
    sent: JSON.parse(Buffer.from(sent ?? []).toString()) as unknown,
    reader: prepared.reader,
  };
}

describe('A2 embeddings', () => {
  it.each([
    [
      'openai',
      'https://api.openai.com/v1/embeddings',
      { dimensions: 3, encoding_format: 'base64', input_type: 'query' },
    ],
    ['voyage', 'https://api.voyageai.com/v1/embeddings', { output_dimension: 3, input_type: 'query' }],
    ['jina_ai', 'https://api.jina.ai/v1/embeddings', { dimensions: 3, input_type: 'query' }],
    ['infinity', 'http://localhost:8080/embeddings', { dimensions: 3, encoding_format: 'base64', input_type: 'query' }],
  ])('of %s are asked for in its words', (prefix, url, more) => {
    const body = { input: ['a'], dimensions: 3, encoding_format: 'base64', input_type: 'query' };
    expect(prepare(prefix, body)).toMatchObject({ url, sent: { model: 'theirs', input: ['a'], ...more } });
  });

  it('of Voyage cannot be had for tokens, nor with a user’s name unless that may be dropped', () => {
    expect(() => prepare('voyage', { input: [1, 2] }, true)).toThrow(GatewayException);
    expect(() => prepare('voyage', { input: 'a', user: 'u' })).toThrow('user');
    expect(prepare('voyage', { input: 'a', user: 'u' }, true).sent).toEqual({ model: 'theirs', input: 'a' });
  });

  it('D3 of a provider that tells only the total are all prompt, and come in the form that was asked for', () => {
    const { reader } = prepare('voyage', { input: 'a', encoding_format: 'base64' });
    reader.push(Buffer.from('{"data":[{"index":0,"embedding":[0.5]}],"model":"theirs","usage":{"total_tokens":7}}'));
    const document = JSON.parse(Buffer.concat(reader.end()).toString()) as {
      data: { embedding: string }[];
      usage: unknown;
    };
    expect(Buffer.from(document.data[0]?.embedding ?? '', 'base64').readFloatLE()).toBe(0.5);
    expect(document.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(reader.usage).toMatchObject({ promptTokens: 7, completionTokens: 0 });
  });
});
