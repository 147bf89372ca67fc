// Real: the whole mesh, PostgreSQL, NATS, Redis, OpenAI's own client. Emulated: Azure OpenAI and the Gemini API.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { AzureOpenAiEmulator, GeminiEmulator } from '@gateway/testkit';
import type OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml } from './support/test-configuration';

const INPUT = ['the quick brown fox', 'jumps'];

const azure = new AzureOpenAiEmulator({ rejectUnknownFields: true });
const gemini = new GeminiEmulator({ rejectUnknownFields: true });
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;

beforeAll(async () => {
  const [azureBase, geminiBase] = [await azure.start(), await gemini.start()];
  const model_info = { input_cost_per_token: 1e-7 };
  const group = (model_name: string, litellm_params: object) => ({
    model_name,
    litellm_params: { api_key: 'key', ...litellm_params } as Readonly<Record<string, unknown>>,
    model_info,
  });
  mesh = await startTestMesh({
    emulators: false,
    configYaml: configurationYaml([
      group('by-deployment', { model: 'azure/my-embed', api_base: azureBase, api_version: '2024-10-21' }),
      group('by-v1', { model: 'azure/my-embed', api_base: azureBase, api_version: 'v1' }),
      group('gemini-embed', { model: 'gemini/mock-embed', api_base: geminiBase }),
      group('wrong-key', { model: 'gemini/mock-embed', api_base: geminiBase, api_key: 'invalid-key' }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all([azure.stop(), gemini.stop()]);
});

describe('POST /v1/embeddings', () => {
  it.each([
    ['by-deployment', '/openai/deployments/my-embed/embeddings?api-version=2024-10-21'],
    ['by-v1', '/openai/v1/embeddings'],
  ])('A2 B5 reaches the Azure deployment %s', async (model, path) => {
    azure.reset();
    const { data, request_id: requestId } = await openAi.embeddings
      .create({ model, input: INPUT, dimensions: 5 })
      .withResponse();
    expect(data.data.map(({ embedding }) => embedding.length)).toEqual([5, 5]);
    expect([data.model, data.usage]).toEqual([model, { prompt_tokens: 5, total_tokens: 5 }]);
    const request = azure.requests()[0];
    expect([request?.path, request?.headers['api-key']]).toEqual([path, 'key']);
    const logged = await loggedRequest(gateway, requestId ?? '');
    expect(logged).toMatchObject({ prompt_tokens: azure.bill()[0]?.promptTokens, spend_nano_usd: 500 });
  });

  it('A2 reaches Gemini, in either form, its tokens estimated as it counts none', async () => {
    const { data, request_id: requestId } = await openAi.embeddings
      .create({ model: 'gemini-embed', input: INPUT, dimensions: 5 })
      .withResponse();
    const floats = await openAi.embeddings.create({
      model: 'gemini-embed',
      input: INPUT,
      dimensions: 5,
      encoding_format: 'float',
    });
    expect(data.data).toEqual(floats.data);
    expect(data.data.map(({ embedding }) => embedding.length)).toEqual([5, 5]);
    const logged = await loggedRequest(gateway, requestId ?? '');
    expect(logged).toMatchObject({ estimated: true, prompt_tokens: data.usage.prompt_tokens });
    expect(logged.spend_nano_usd).toBe(data.usage.prompt_tokens * 100);
  });

  it('B4 says what Gemini refuses', async () => {
    const refused = openAi.embeddings.create({ model: 'wrong-key', input: INPUT });
    await expect(refused).rejects.toMatchObject({ status: 502, code: 'provider_auth_failed' });
    const tokens = openAi.embeddings.create({ model: 'gemini-embed', input: [[1, 2]] });
    await expect(tokens).rejects.toMatchObject({ status: 400, param: 'input' });
  });
});
