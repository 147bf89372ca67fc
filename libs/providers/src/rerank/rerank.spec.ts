import { isGatewayException } from '@gateway/domain';
import type { OperationInput } from '@gateway/provider-kit';
import { PROVIDERS } from '../provider-registry';
import { documentText } from './document-text';

const BODY = { model: 'ours', query: 'q', documents: ['a', { text: 'b', title: 't' }], return_documents: true };

function prepare(prefix: string, more: object = {}, input: Partial<OperationInput> = {}, baseUrl?: string) {
  const entry = PROVIDERS.find(prefix);
  const target = {
    baseUrl: baseUrl ?? entry?.defaultBaseUrl ?? 'https://own.example/v1',
    apiKey: 'k',
    extraHeaders: {},
  };
  const prepared = entry?.operations?.rerank?.prepare(target, {
    body: Buffer.from(JSON.stringify({ ...BODY, ...more })),
    requestedModel: 'ours',
    providerModel: 'maker/model',
    stream: false,
    deployment: {},
    ...input,
  });
  if (!prepared) throw new Error(`${prefix} does not rerank`);
  const { origin, path, body, headers } = prepared.call;
  return {
    url: origin + path,
    headers,
    sent: JSON.parse(Buffer.from(body ?? []).toString()) as Record<string, unknown>,
    answer: (document: unknown) => {
      prepared.reader.push(Buffer.from(JSON.stringify(document)));
      const bytes = Buffer.concat(prepared.reader.end());
      return { document: JSON.parse(bytes.toString()) as Record<string, unknown>, usage: prepared.reader.usage };
    },
  };
}

const usual = { model: 'maker/model', query: 'q', documents: ['a', 'b'], top_n: 1 };

describe('A7 rerank', () => {
  it.each([
    ['cohere', 'https://api.cohere.com/v2/rerank', usual],
    ['cohere_chat', 'https://api.cohere.com/v2/rerank', usual],
    ['jina_ai', 'https://api.jina.ai/v1/rerank', { ...usual, return_documents: false }],
    ['together_ai', 'https://api.together.xyz/v1/rerank', usual],
    ['fireworks_ai', 'https://api.fireworks.ai/inference/v1/rerank', usual],
    ['infinity', 'http://localhost:8080/rerank', usual],
    ['hosted_vllm', 'https://own.example/v1/rerank', usual],
    ['litellm_proxy', 'https://own.example/v1/rerank', usual],
    [
      'voyage',
      'https://api.voyageai.com/v1/rerank',
      { model: 'maker/model', query: 'q', documents: ['a', 'b'], top_k: 1 },
    ],
    ['deepinfra', 'https://api.deepinfra.com/v1/inference/maker/model', { queries: ['q', 'q'], documents: ['a', 'b'] }],
  ])('at %s goes to %s in that provider’s words', (prefix, url, sent) => {
    const prepared = prepare(prefix, { top_n: 1 });
    expect(prepared.url).toBe(url);
    expect(prepared.sent).toEqual(sent);
    expect(prepared.headers).toMatchObject({ authorization: 'Bearer k', 'content-type': 'application/json' });
  });

  it.each([
    'https://api.cohere.com/',
    'https://api.cohere.com/v1',
    'https://api.cohere.com/v2/',
    'https://api.cohere.com/v2/chat',
    'https://api.cohere.com/v1/rerank',
  ])('finds Cohere’s call from the base %s', (baseUrl) => {
    expect(prepare('cohere', {}, {}, baseUrl).url).toBe('https://api.cohere.com/v2/rerank');
  });

  it('refuses by name what the provider has no word for, or drops it', () => {
    const fields = { max_chunks_per_doc: 4 };
    let refused: unknown;
    try {
      prepare('voyage', fields);
    } catch (error) {
      refused = error;
    }
    expect(isGatewayException(refused) && refused.detail).toMatchObject({
      code: 'unsupported_parameter',
      param: 'max_chunks_per_doc',
    });
    expect(prepare('voyage', fields, { deployment: { dropParams: true } }).sent).not.toHaveProperty(
      'max_chunks_per_doc',
    );
    expect(prepare('cohere', { max_tokens_per_doc: 9 }).sent).toMatchObject({ max_tokens_per_doc: 9 });
  });

  it('adds what the configuration says, keeps what nobody knows, and what is for the gateway stays here', () => {
    const deployment = { defaultParams: { top_n: 1 }, extraBody: { priority: 2 } };
    const { sent } = prepare(
      'cohere',
      { truncation: true, num_retries: 3, api_base: 'http://evil.example' },
      { deployment },
    );
    expect(sent).toEqual({ ...usual, priority: 2, truncation: true });
  });

  it('sends pictures where documents may be pictures', () => {
    const documents = [{ image: 'data:x' }, 'a'];
    expect(prepare('jina_ai', { documents }).sent.documents).toEqual([{ image: 'data:x' }, 'a']);
    expect(prepare('cohere', { documents }).sent.documents).toEqual(['image: data:x', 'a']);
  });

  it('gives back the client’s own documents', () => {
    const { document } = prepare('deepinfra').answer({ scores: [0.1, 0.9] });
    expect(document).toMatchObject({
      results: [
        { index: 1, relevance_score: 0.9, document: { text: 'b', title: 't' } },
        { index: 0, relevance_score: 0.1, document: { text: 'a' } },
      ],
    });
  });

  it('D3 counts the searches of a provider that bills them when it does not say how many they were', () => {
    const documents = Array.from({ length: 101 }, () => 'a');
    const results = [{ index: 0, relevance_score: 1 }];
    expect(prepare('cohere', { documents }).answer({ results }).usage).toMatchObject({
      units: { searchUnits: 2 },
      estimated: true,
    });
    expect(prepare('voyage').answer({ data: results }).usage).toBeNull();
  });
});

describe('A7 the text of a document', () => {
  it.each([
    ['plain', undefined, 'plain'],
    [{ text: 'the text', title: 't' }, undefined, 'the text'],
    [{ title: 't', year: 2_000 }, undefined, 'title: t\nyear: 2000'],
    [{ text: 'x', title: 't', list: ['a'] }, ['list', 'title', 'none'], 'list: ["a"]\ntitle: t'],
    [{ body: 'two\nlines' }, undefined, 'body: "two\\nlines"'],
  ])('%j by %j is %j', (document, rankFields, text) => {
    expect(documentText(document, { rankFields })).toBe(text);
  });
});
