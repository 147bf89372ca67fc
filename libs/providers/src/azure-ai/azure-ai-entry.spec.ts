import { AZURE_AI_ENTRY } from './azure-ai-entry';

const BODY = Buffer.from('{"model":"phi","messages":[]}');

function callAt(baseUrl: string, apiVersion?: string) {
  const target = { baseUrl, apiKey: 'k', extraHeaders: {}, ...(apiVersion !== undefined && { apiVersion }) };
  const call = AZURE_AI_ENTRY.chat?.buildChatCall(target, BODY, { providerModel: 'phi', stream: false });
  return { url: `${call?.origin}${call?.path}`, headers: call?.headers ?? {} };
}

const RESOURCE = 'https://mine.services.ai.azure.com';
const INFERENCE = `${RESOURCE}/models/chat/completions?api-version=`;

describe('B1 Azure AI Foundry', () => {
  it.each([
    ['a resource', RESOURCE, undefined, `${INFERENCE}2024-05-01-preview`],
    ['a resource, with a version', `${RESOURCE}/`, '2025-04-01', `${INFERENCE}2025-04-01`],
    ['its inference API', `${RESOURCE}/models`, undefined, `${INFERENCE}2024-05-01-preview`],
    ['a version in the URL', `${RESOURCE}/models?api-version=x`, '2025-04-01', `${INFERENCE}x`],
    ['its OpenAI API', `${RESOURCE}/openai/v1`, undefined, `${RESOURCE}/openai/v1/chat/completions`],
  ])('%s takes the key in its own header', (_what, baseUrl, version, url) => {
    const call = callAt(baseUrl, version);
    expect(call.url).toBe(url);
    expect(call.headers).toMatchObject({ 'api-key': 'k' });
    expect(call.headers).not.toHaveProperty('authorization');
  });

  it.each(['https://phi.eastus2.models.ai.azure.com', 'https://not-services.ai.azure.com.example.org'])(
    '%s, a model that is deployed alone, takes it as a bearer token',
    (baseUrl) => {
      const call = callAt(baseUrl);
      expect(call.url).toBe(`${baseUrl}/chat/completions`);
      expect(call.headers).toMatchObject({ authorization: 'Bearer k' });
      expect(call.headers).not.toHaveProperty('api-key');
    },
  );

  it('embeds at the same address', () => {
    const prepared = AZURE_AI_ENTRY.operations?.embeddings?.prepare(
      { baseUrl: RESOURCE, apiKey: 'k', extraHeaders: {} },
      {
        body: Buffer.from('{"model":"m","input":"a"}'),
        providerModel: 'embed',
        requestedModel: 'm',
        deployment: {},
      } as never,
    );
    expect(`${prepared?.call.origin}${prepared?.call.path}`).toBe(
      `${RESOURCE}/models/embeddings?api-version=2024-05-01-preview`,
    );
    expect(prepared?.call.headers).toMatchObject({ 'api-key': 'k' });
  });
});
