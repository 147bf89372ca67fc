// Real: the whole mesh, PostgreSQL, NATS, Redis, Cohere's own client. Emulated: Cohere, Jina AI and Voyage AI.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { CohereEmulator, RetrievalEmulator } from '@gateway/testkit';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { GatewayHttp } from './support/gateway-http';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const DOCUMENTS = ['Berlin is a capital', 'rivers of Peru', 'Lima is the capital of Peru'];
const QUERY = 'capital of Peru';
const PRICE_NANO_USD = 50;
const SEARCH_NANO_USD = 2_000_000;
const PRICE = { input_cost_per_token: PRICE_NANO_USD / 1e9, output_cost_per_token: 0 };

const cohere = new CohereEmulator({ rejectUnknownFields: true });
const jina = new RetrievalEmulator('jina');
const voyage = new RetrievalEmulator('voyage');
const EMULATORS = { cohere, jina, voyage } as const;
let mesh: TestMesh;
let gateway: GatewayHttp;
let client: CohereClientV2;

const group = (model_name: string, model: string, params: Readonly<Record<string, unknown>>): ModelEntry => ({
  model_name,
  litellm_params: { model, api_key: 'emulator-key', ...params },
  model_info: PRICE,
});

beforeAll(async () => {
  const [cohereUrl, jinaUrl, voyageUrl] = await Promise.all([cohere.start(), jina.start(), voyage.start()]);
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      group('cohere-rerank*', 'cohere/cohere-rerank*', { api_base: cohereUrl }),
      {
        ...group('by-search', 'cohere/cohere-rerank', { api_base: cohereUrl }),
        model_info: { input_cost_per_query: SEARCH_NANO_USD / 1e9 },
      },
      group('jina-rerank*', 'jina_ai/jina-rerank*', { api_base: `${jinaUrl}/v1` }),
      group('voyage-rerank*', 'voyage/voyage-rerank*', { api_base: `${voyageUrl}/v1` }),
      group('lenient', 'voyage/lenient', { api_base: `${voyageUrl}/v1`, drop_params: true }),
      group('chat-only', 'anthropic/mock-claude', { api_base: 'os.environ/EMULATOR_ANTHROPIC_URL' }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  client = new CohereClientV2({ environment: mesh.url, token: mesh.masterKey, maxRetries: 0 });
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all(Object.values(EMULATORS).map((emulator) => emulator.stop()));
});

beforeEach(() => {
  for (const emulator of Object.values(EMULATORS)) emulator.reset();
});

interface Ranking {
  readonly id: string;
  readonly results: readonly { index: number; relevance_score: number; document?: unknown }[];
  readonly meta?: unknown;
}

const rerank = (body: object, path = '/v1/rerank') =>
  gateway.send({ path, body: { query: QUERY, documents: DOCUMENTS, ...body } });

describe.each(['cohere', 'jina', 'voyage'] as const)('POST /v1/rerank at %s', (vendor) => {
  const model = `${vendor}-rerank`;

  it('A7 Cohere’s own client gets the best first', async () => {
    const answer = await client.rerank({ model, query: QUERY, documents: DOCUMENTS, topN: 2 });
    expect(answer.results.map(({ index }) => index)).toEqual([2, 1]);
    expect(answer.results[0]?.relevanceScore).toBeGreaterThan(answer.results[1]?.relevanceScore ?? 1);
    expect(answer.id).toMatch(/./);
  });

  it('A7 documents come back as the client sent them, also those with fields', async () => {
    const documents = [{ title: 'Lima', text: 'Lima is the capital of Peru' }, 'rivers of Peru'];
    const answer = await rerank({ model, documents, return_documents: true });
    expect(answer.json<Ranking>().results.map(({ document }) => document)).toEqual([
      documents[0],
      { text: 'rivers of Peru' },
    ]);
    const byTitle = await rerank({ model, documents: [documents[0], { title: QUERY }], rank_fields: ['title'] });
    expect(byTitle.json<Ranking>().results.map(({ index }) => index)).toEqual([1, 0]);
  });

  it('D3 the ledger has what the provider charges', async () => {
    const answer = await rerank({ model });
    const logged = await loggedRequest(gateway, String(answer.headers['x-request-id']));
    const [row] = EMULATORS[vendor].bill();
    const tokens = row?.promptTokens ?? 0;
    expect(tokens > 0).toBe(vendor !== 'cohere');
    expect(logged).toMatchObject({
      status: 'success',
      call_type: 'arerank',
      prompt_tokens: tokens,
      completion_tokens: 0,
      estimated: false,
      spend_nano_usd: tokens * PRICE_NANO_USD,
    });
    const billed = vendor === 'cohere' ? { search_units: 1 } : { input_tokens: tokens };
    expect(answer.json<Ranking>().meta).toMatchObject({ billed_units: billed });
  });

  it.each([
    [401, 502],
    [404, 404],
    [429, 429],
    [500, 502],
    [503, 503],
  ])('B7 a provider’s %i is the client’s %i, in OpenAI’s dialect', async (theirs, ours) => {
    const answer = await rerank({ model: `${model}+status-${theirs}` });
    expect(answer.status).toBe(ours);
    expect(answer.json()).toMatchObject({ error: { provider_specific_fields: { provider_status: theirs } } });
  });

  it.each(['cut-after-1', 'malformed-after-1', 'empty-body', 'wrong-content-type'])(
    'B7 an answer nobody can read (%s) is one error',
    async (fault) => {
      const answer = await rerank({ model: `${model}+${fault}` });
      expect(answer.status).toBe(502);
      expect(answer.json()).toMatchObject({ error: { type: 'upstream_error' } });
    },
  );
});

describe('POST /v1/rerank', () => {
  it('A7 is there under each of its names', async () => {
    for (const path of ['/v1/rerank', '/v2/rerank', '/rerank']) {
      expect((await rerank({ model: 'cohere-rerank' }, path)).status).toBe(200);
    }
    expect((await gateway.send({ path: '/v2/rerank', method: 'GET' })).status).toBe(405);
  });

  it('A7 the older of Cohere’s clients is served, too', async () => {
    const older = new CohereClient({ environment: mesh.url, token: mesh.masterKey, maxRetries: 0 });
    const answer = await older.rerank({
      model: 'cohere-rerank',
      query: QUERY,
      documents: DOCUMENTS.map((text) => ({ text })),
      returnDocuments: true,
    });
    expect(answer.results[0]).toMatchObject({ index: 2, document: { text: DOCUMENTS[2] } });
  });

  it('D3 searches are paid for, each of at most a hundred documents', async () => {
    const answer = await rerank({
      model: 'by-search',
      documents: Array.from({ length: 201 }, (_, at) => `page ${at}`),
    });
    const billed = answer.json<{ meta: { billed_units: { search_units: number } } }>().meta.billed_units.search_units;
    expect(billed).toBe(3);
    const row = await loggedRequest(gateway, String(answer.headers['x-request-id']));
    expect(row).toMatchObject({ unpriced: false, estimated: false, prompt_tokens: 0, units: { searchUnits: billed } });
    expect(row.attempts[0]?.units).toEqual({ searchUnits: billed });
    expect(row.spend_nano_usd).toBe(billed * SEARCH_NANO_USD);
  });

  it('B7 what a provider has no word for is refused by name, or dropped where that is allowed', async () => {
    const refused = await rerank({ model: 'voyage-rerank', max_chunks_per_doc: 3 });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { code: 'unsupported_parameter', param: 'max_chunks_per_doc' } });
    expect((await rerank({ model: 'lenient', max_chunks_per_doc: 3 })).status).toBe(200);
    expect(voyage.requests()).toHaveLength(1);
  });

  it.each([
    [{ model: 'cohere-rerank', documents: [] }, 'documents'],
    [{ model: 'cohere-rerank', documents: [5] }, 'documents[0]'],
    [{ model: 'cohere-rerank', query: 7 }, 'query'],
    [{ model: 'cohere-rerank', top_n: 0 }, 'top_n'],
    [{ documents: ['a'] }, 'model'],
    [{ model: 'chat-only' }, 'model'],
  ])('A7 %j is refused by name, and nobody is asked', async (body, param) => {
    const answer = await rerank(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param, type: 'invalid_request_error' } });
    expect(cohere.requests()).toEqual([]);
  });

  it('B7 Cohere’s client reads our errors', async () => {
    const failure: unknown = await client
      .rerank({ model: 'nobody', query: QUERY, documents: DOCUMENTS })
      .catch((error) => error);
    expect(failure).toBeInstanceOf(CohereError);
    expect((failure as CohereError).statusCode).toBe(404);
  });
});
