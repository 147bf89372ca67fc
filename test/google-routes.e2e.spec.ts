// Real: the whole mesh, PostgreSQL, NATS, Redis, Google's own client. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { CohereEmulator } from '@gateway/testkit';
import { ApiError, type GoogleGenAI, type Model } from '@google/genai';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { googleClient } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { claudeModel, configurationYaml, geminiModel, gptModel } from './support/test-configuration';

const EMBEDDERS = ['embed-gpt', 'embed-gemini', 'embed-cohere'] as const;
const TEXTS = ['The Limmat is a river', 'Tokyo is a city'];

const cohere = new CohereEmulator();
let mesh: TestMesh;
let gateway: GatewayHttp;
let google: GoogleGenAI;
let emulators: { openAi: EmulatorControl; anthropic: EmulatorControl; gemini: EmulatorControl };

const clientWith = (apiKey: string): GoogleGenAI => googleClient(mesh.url, apiKey);

beforeAll(async () => {
  const origin = await cohere.start();
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      gptModel('embed-gpt', { litellm_params: { model: 'openai/text-embedding-3-small' } }),
      geminiModel('embed-gemini', { litellm_params: { model: 'gemini/gemini-embedding-001' } }),
      {
        model_name: 'embed-cohere',
        litellm_params: { model: 'cohere/embed-v4.0', api_base: origin, api_key: 'key' },
        model_info: { input_cost_per_token: 1e-7 },
      },
      gptModel('lenient', { litellm_params: { model: 'openai/text-embedding-3-small', drop_params: true } }),
      geminiModel('short', { litellm_params: { model: 'gemini/gemini-embedding-001', dimensions: 3 } }),
      claudeModel('mock-claude', { model_info: { max_input_tokens: 1_000, max_output_tokens: 100 } }),
      gptModel('vendor/with:colon', { litellm_params: { model: 'openai/mock-gpt' } }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  google = clientWith(mesh.masterKey);
  emulators = emulatorsOf(mesh);
});

afterAll(async () => {
  await mesh?.stop();
  await cohere.stop();
});

beforeEach(async () => {
  for (const emulator of Object.values(emulators)) await emulator.reset();
  cohere.reset();
});

async function failureOf(promise: Promise<unknown>): Promise<{ status: number; error: Record<string, unknown> }> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (!(failure instanceof ApiError)) throw new Error(`no error of the API: ${String(failure)}`);
  return { status: failure.status, ...(JSON.parse(failure.message) as { error: Record<string, unknown> }) };
}

describe('B3 Google’s client asks for models', () => {
  async function listed(client: GoogleGenAI, pageSize?: number): Promise<Model[]> {
    const models: Model[] = [];
    for await (const model of await client.models.list({ config: { ...(pageSize && { pageSize }) } }))
      models.push(model);
    return models;
  }

  it('and finds all it may use, page by page, with what can be done with each', async () => {
    const models = await listed(google, 3);
    expect(models.map(({ name }) => name)).toEqual(
      [...EMBEDDERS, 'lenient', 'short', 'mock-claude', 'vendor/with:colon'].map((name) => `models/${name}`),
    );
    expect(models.map(({ supportedActions }) => supportedActions?.[0])).toEqual([
      ...new Array<string>(5).fill('embedContent'),
      'generateContent',
      'generateContent',
    ]);
    expect(await listed(google)).toEqual(models);
  });

  it('and finds one by its name, with its limits', async () => {
    expect(await google.models.get({ model: 'mock-claude' })).toMatchObject({
      name: 'models/mock-claude',
      inputTokenLimit: 1_000,
      outputTokenLimit: 100,
      supportedActions: ['generateContent', 'countTokens'],
    });
    expect((await google.models.get({ model: 'vendor/with:colon' })).name).toBe('models/vendor/with:colon');
  });

  it('and is told in its own words what is wrong', async () => {
    const missing = await failureOf(google.models.get({ model: 'nothing' }));
    expect([missing.status, missing.error.status]).toEqual([404, 'NOT_FOUND']);
    const stranger = await failureOf(clientWith('sk-wrong').models.list());
    expect([stranger.status, stranger.error.status]).toEqual([401, 'UNAUTHENTICATED']);
    const odd = await gateway.send({ path: '/v1beta/models?pageToken=x' });
    expect([odd.status, odd.json<{ error: { status: string } }>().error.status]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('with the key in the URL, too, which no other route takes', async () => {
    const list = (path: string) => gateway.send({ path: `${path}?key=${mesh.masterKey}`, key: null });
    expect((await list('/v1beta/models')).status).toBe(200);
    expect((await list('/v1/models')).status).toBe(401);
  });

  it('a key sees what it may use, and nothing else', async () => {
    const made = await gateway.send({ path: '/key/generate', body: { models: ['embed-gpt'] } });
    const limited = clientWith(made.json<{ key: string }>().key);
    expect((await listed(limited)).map(({ name }) => name)).toEqual(['models/embed-gpt']);
    expect((await failureOf(limited.models.get({ model: 'mock-claude' }))).status).toBe(404);
    const refused = await failureOf(limited.models.embedContent({ model: 'embed-gemini', contents: 'x' }));
    expect([refused.status, refused.error.status]).toEqual([403, 'PERMISSION_DENIED']);
  });
});

describe('A2 Google’s client asks for embeddings', () => {
  it.each(EMBEDDERS)('of %s, and gets a vector for each text, the same one alone', async (model) => {
    const { embeddings = [] } = await google.models.embedContent({ model, contents: TEXTS });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.values?.length).toBeGreaterThan(2);
    const alone = await google.models.embedContent({ model, contents: TEXTS[1] ?? '' });
    expect(alone.embeddings?.[0]?.values).toEqual(embeddings[1]?.values);
    const one = await gateway.send({
      path: `/v1beta/models/${model}:embedContent`,
      body: { content: { parts: [{ text: TEXTS[1] }] } },
    });
    expect(one.json<{ embedding: unknown }>().embedding).toEqual({ values: embeddings[1]?.values });
  });

  it('B3 of a length, at each provider in its own words', async () => {
    for (const model of ['embed-gpt', 'embed-gemini']) {
      const config = { outputDimensionality: 4 };
      const { embeddings } = await google.models.embedContent({ model, contents: TEXTS, config });
      expect(embeddings?.map(({ values }) => values?.length)).toEqual([4, 4]);
    }
    const short = await google.models.embedContent({ model: 'short', contents: 'x' });
    expect(short.embeddings?.[0]?.values).toHaveLength(3);
  });

  it('B3 at Google with all it says, under the name the model has there', async () => {
    const config = { taskType: 'RETRIEVAL_DOCUMENT', title: 'Rivers', outputDimensionality: 5 };
    await google.models.embedContent({ model: 'embed-gemini', contents: 'x', config });
    const { path, body } = await emulators.gemini.onlyRequest();
    expect(path).toBe('/v1beta/models/gemini-embedding-001:batchEmbedContents');
    expect(JSON.parse(body)).toMatchObject({ requests: [{ ...config, model: 'models/gemini-embedding-001' }] });
  });

  it('B3 and is told what a provider has no word for, or does without it', async () => {
    const config = { taskType: 'RETRIEVAL_QUERY' };
    const refused = await failureOf(google.models.embedContent({ model: 'embed-gpt', contents: 'x', config }));
    expect([refused.status, refused.error.message]).toEqual([400, expect.stringContaining('requests[0].taskType')]);
    const { embeddings } = await google.models.embedContent({ model: 'lenient', contents: 'x', config });
    expect(embeddings).toHaveLength(1);
  });

  it.each([
    [{ requests: [] }, 'batchEmbedContents', 'requests'],
    [{ content: 'x' }, 'embedContent', 'content'],
    [{ content: { parts: [{ text: 'x' }] }, model: 'models/other' }, 'embedContent', 'model'],
  ])('and is told which field is wrong: %#', async (body, method, field) => {
    const answer = await gateway.send({ path: `/v1beta/models/embed-gpt:${method}`, body });
    const { error } = answer.json<{ error: { status: string; message: string } }>();
    expect([answer.status, error.status]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(error.message).toContain(field);
  });

  it('and is told that a model that chats does not embed', async () => {
    const refused = await failureOf(google.models.embedContent({ model: 'mock-claude', contents: 'x' }));
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await emulators.anthropic.requests()).toEqual([]);
  });

  it('D3 and the ledger is the provider’s bill', async () => {
    const ask = (model: string) =>
      gateway.send({
        path: `/v1beta/models/${model}:batchEmbedContents`,
        body: { requests: TEXTS.map((text) => ({ content: { parts: [{ text }] } })) },
      });
    const answer = await ask('embed-gpt');
    const [row] = await emulators.openAi.bill();
    const logged = await loggedRequest(gateway, String(answer.headers['x-request-id']));
    expect(logged).toMatchObject({ call_type: 'aembedding', prompt_tokens: row?.promptTokens, estimated: false });
    expect(answer.json<{ usageMetadata: unknown }>().usageMetadata).toEqual({ promptTokenCount: row?.promptTokens });
    const viaCohere = await ask('embed-cohere');
    expect(await loggedRequest(gateway, String(viaCohere.headers['x-request-id']))).toMatchObject({
      prompt_tokens: cohere.bill()[0]?.promptTokens,
    });
  });
});
