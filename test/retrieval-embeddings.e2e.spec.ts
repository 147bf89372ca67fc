// Real: the whole mesh, PostgreSQL, NATS, Redis, OpenAI's own client. Emulated: Cohere, Jina AI and Voyage AI.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { CohereEmulator, RetrievalEmulator } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { PIXEL_PNG_BASE64, sdkClients } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const PRICE_NANO_USD = 120;
const VENDORS = ['cohere', 'jina', 'voyage'] as const;
const EMULATORS = {
  cohere: new CohereEmulator({ rejectUnknownFields: true }),
  jina: new RetrievalEmulator('jina'),
  voyage: new RetrievalEmulator('voyage'),
} as const;
const PREFIXES = { cohere: 'cohere', jina: 'jina_ai', voyage: 'voyage' } as const;
/** Which of a vendor's own settings a client sends along, and what the vendor makes of the dimensions. */
const OWN = {
  cohere: [{ input_type: 'search_query', truncate: 'END' }, 'output_dimension'],
  jina: [{ task: 'retrieval.query' }, 'dimensions'],
  voyage: [{ input_type: 'query' }, 'output_dimension'],
} as const;

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;

beforeAll(async () => {
  const models = await Promise.all(
    VENDORS.map(async (vendor): Promise<ModelEntry> => {
      const origin = await EMULATORS[vendor].start();
      const api_base = vendor === 'cohere' ? origin : `${origin}/v1`;
      return {
        model_name: `${vendor}-embed*`,
        litellm_params: { model: `${PREFIXES[vendor]}/${vendor}-embed*`, api_key: 'emulator-key', api_base },
        model_info: { input_cost_per_token: PRICE_NANO_USD / 1e9, output_cost_per_token: 0 },
      };
    }),
  );
  mesh = await startTestMesh({ emulators: false, configYaml: configurationYaml(models) });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all(VENDORS.map((vendor) => EMULATORS[vendor].stop()));
});

beforeEach(() => {
  for (const vendor of VENDORS) EMULATORS[vendor].reset();
});

describe.each(VENDORS)('POST /v1/embeddings at %s', (vendor) => {
  const model = `${vendor}-embed`;
  const lastBody = (): unknown => JSON.parse(EMULATORS[vendor].requests().at(-1)?.body ?? '{}');

  it('A2 OpenAI’s client gets a vector for each text, whichever form it asks for', async () => {
    const input = ['the quick brown fox', 'jumps'];
    const usual = await openAi.embeddings.create({ model, input });
    const floats = await openAi.embeddings.create({ model, input, encoding_format: 'float' });
    expect(usual.data).toEqual(floats.data);
    expect(usual.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(usual.data[0]?.embedding).toHaveLength(8);
    expect(usual.data[0]?.embedding).not.toEqual(usual.data[1]?.embedding);
    expect(usual.model).toBe(model);
    expect(usual.usage.prompt_tokens).toBe(5);
  });

  it('A2 dimensions and the vendor’s own settings reach it', async () => {
    const [own, dimensionsField] = OWN[vendor];
    const answer = await gateway.send({ path: '/v1/embeddings', body: { model, input: 'hi', dimensions: 5, ...own } });
    expect(answer.json<OpenAI.CreateEmbeddingResponse>().data[0]?.embedding).toHaveLength(5);
    expect(lastBody()).toMatchObject({ ...own, [dimensionsField]: 5 });
  });

  it('D3 the ledger has what the provider charges', async () => {
    const answer = await gateway.send({ path: '/v1/embeddings', body: { model, input: 'a text for the books' } });
    const logged = await loggedRequest(gateway, String(answer.headers['x-request-id']));
    const tokens = EMULATORS[vendor].bill()[0]?.promptTokens ?? 0;
    expect(tokens).toBeGreaterThan(3);
    expect(logged).toMatchObject({
      status: 'success',
      prompt_tokens: tokens,
      completion_tokens: 0,
      estimated: false,
      spend_nano_usd: tokens * PRICE_NANO_USD,
    });
  });

  it('A2 tokens in place of text are refused by name', async () => {
    const answer = await gateway.send({ path: '/v1/embeddings', body: { model, input: [1, 2] } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'input', code: 'unsupported_parameter' } });
    expect(EMULATORS[vendor].requests()).toEqual([]);
  });

  it.each([
    ['status-429', 429],
    ['status-500', 502],
    ['cut-after-1', 502],
    ['empty-body', 502],
  ])('B7 %s is the client’s %i', async (fault, status) => {
    const answer = await gateway.send({ path: '/v1/embeddings', body: { model: `${model}+${fault}`, input: 'x' } });
    expect(answer.status).toBe(status);
  });
});

describe('POST /v1/embeddings at cohere', () => {
  it('A2 embeds images, and texts beside them', async () => {
    const image = `data:image/png;base64,${PIXEL_PNG_BASE64}`;
    for (const input of [[image], ['a text', image]]) {
      const answer = await openAi.embeddings.create({ model: 'cohere-embed', input });
      expect(answer.data).toHaveLength(input.length);
    }
    expect(EMULATORS.cohere.bill().map(({ promptTokens }) => promptTokens)).toEqual([85, 87]);
  });

  it('A2 says how many texts it takes', async () => {
    const input = Array.from({ length: 97 }, () => 'x');
    const answer = await gateway.send({ path: '/v1/embeddings', body: { model: 'cohere-embed', input } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'input', message: expect.stringContaining('96') } });
  });
});
