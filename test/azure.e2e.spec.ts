// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: Azure OpenAI and Entra ID.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { AzureOpenAiEmulator, eventually, selfSignedCertificate } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequests } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const SECRET = 'hush-client-secret-4711';
const TOKEN = 'hush-ad-token-4711';
const PRICE = { input_cost_per_token: 1.5e-7, output_cost_per_token: 6e-7 };
const CLIENT = { client_id: 'app', client_secret: SECRET };
const QUESTION = 'Tell me about the rivers of Zürich and 東京 🌊, please.';

const azure = new AzureOpenAiEmulator({ rejectUnknownFields: true });
const home = mkdtempSync(join(tmpdir(), 'azure-e2e-'));
/** Calls of a second gateway. */
const hosted = new Set<string>();
let azureUrl = '';
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;

/** A group of one Azure deployment; `*` takes the emulator's faults in the name. */
const group = (name: string, params: Readonly<Record<string, unknown>>, info: object = PRICE): ModelEntry => ({
  model_name: name,
  litellm_params: { model: `azure/mock-gpt${name.endsWith('*') ? '*' : ''}`, api_version: '2024-10-21', ...params },
  model_info: { id: name.replace('*', ''), ...info },
});

beforeAll(async () => {
  const api_base = await azure.start();
  azureUrl = api_base;
  const at = (params: Readonly<Record<string, unknown>>) => ({ api_base, ...params });
  writeFileSync(join(home, 'federated'), 'token-of-the-cluster');
  const certificate = selfSignedCertificate('hush-passphrase');
  writeFileSync(join(home, 'app.pem'), certificate);
  azure.trustCertificate(certificate.split('-----BEGIN ENCRYPTED')[0] ?? '');
  writeFileSync(join(home, 'stranger.pem'), selfSignedCertificate());
  const app = { tenant_id: 'one', client_id: 'app' };
  const managed = { azure_credential: 'ManagedIdentityCredential' };
  mesh = await startTestMesh({
    emulators: false,
    extraServiceEnvironment: {
      'provider-workers': {
        AZURE_AUTHORITY_HOST: api_base,
        AZURE_POD_IDENTITY_AUTHORITY_HOST: api_base,
        MY_CLIENT_SECRET: SECRET,
      },
    },
    configYaml: configurationYaml([
      group('by-key*', at({ api_key: 'azure-key' })),
      group('by-key-v1', at({ api_key: 'azure-key', api_version: 'v1' })),
      group('by-client*', at({ ...CLIENT, tenant_id: 'one' })),
      group(
        'by-client-v1',
        at({
          client_id: 'app',
          client_secret: 'os.environ/MY_CLIENT_SECRET',
          tenant_id: 'one',
          api_version: 'preview',
        }),
      ),
      group('by-token', at({ azure_ad_token: TOKEN })),
      group('by-machine', at(managed)),
      group('by-identity', at({ ...managed, client_id: 'assigned+lifetime-10s' })),
      group('by-federation', at({ ...app, azure_federated_token_file: join(home, 'federated') })),
      group(
        'by-certificate',
        at({
          ...app,
          client_certificate_path: join(home, 'app.pem'),
          client_certificate_password: 'hush-passphrase',
        }),
      ),
      group('no-identity', at({ ...managed, client_id: 'unassigned' })),
      group('stranger', at({ ...app, client_certificate_path: join(home, 'stranger.pem') })),
      group('no-file', at({ ...app, azure_federated_token_file: join(home, 'nothing') })),
      group('short', at({ ...CLIENT, tenant_id: 'two+lifetime-10s' })),
      group('wrong-secret', at({ ...CLIENT, client_secret: 'invalid-secret', tenant_id: 'one' })),
      group('wrong-key', at({ api_key: 'invalid-key' })),
      group('listed', at({ api_key: 'azure-key' }), { base_model: 'azure/gpt-4o' }),
      group('no-secret', at({ tenant_id: 'one', client_id: 'app' })),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await azure.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Where the running test begins in the emulator's books, which go through to the end. */
const begun = { bill: 0, requests: 0 };
beforeEach(() => {
  begun.bill = azure.bill().length;
  begun.requests = azure.requests().length;
});
const bill = () => azure.bill().slice(begun.bill);
const requests = () => azure.requests().slice(begun.requests);

const chat = (model: string) => ({ model, messages: [{ role: 'user' as const, content: QUESTION }] });
const messages = (model: string) => ({ ...chat(model), max_tokens: 200 });
const isTokenCall = ({ path }: { path: string }) => /\/oauth2\/|^\/msi\//.test(path);
const tokenCalls = () => requests().filter(isTokenCall);
const chatCalls = () => requests().filter((call) => !isTokenCall(call));

const failureOf = async (promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (error instanceof OpenAI.APIError) return error;
  throw new Error('it did not fail as OpenAI’s client fails');
};

describe.each(['by-key', 'by-key-v1', 'by-client', 'by-client-v1', 'by-token'])('the deployment %s', (model) => {
  it('A1 A8 B3 answers both vendors’ clients, streamed or not, with one text and one bill', async () => {
    const texts: string[] = [];
    const whole = await openAi.chat.completions.create(chat(model));
    texts.push(whole.choices[0]?.message.content ?? '');
    expect(whole.model).toBe(model);
    expect(await openAi.chat.completions.create(chat(model))).toMatchObject({
      choices: [{ content_filter_results: { hate: { filtered: false } } }],
      prompt_filter_results: [{ prompt_index: 0 }],
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await openAi.chat.completions.create({ ...chat(model), stream: true }))
      chunks.push(chunk);
    texts.push(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''));
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    expect(chunks[2]).toMatchObject({ choices: [{ content_filter_results: { hate: { filtered: false } } }] });
    expect(new Set(chunks.map((chunk) => chunk.model))).toEqual(new Set([model]));
    for (const message of [
      await anthropic.messages.create(messages(model)),
      await anthropic.messages.stream(messages(model)).finalMessage(),
    ]) {
      texts.push(message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));
    }
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('東京');
    expect(bill().map((row) => [row.model, row.completed])).toEqual(new Array(5).fill(['mock-gpt', true]));
  });
});

const WITHOUT_SECRET = ['by-machine', 'by-identity', 'by-federation', 'by-certificate'];
describe('an Azure deployment without a secret', () => {
  it.each(WITHOUT_SECRET)('B5 %s answers, with one token for a crowd', async (model) => {
    await Promise.all(Array.from({ length: 10 }, () => openAi.chat.completions.create(chat(model))));
    expect(tokenCalls()).toHaveLength(1);
    expect(bill().map(({ status }) => status)).toEqual(new Array(10).fill(200));
    expect(new Set(chatCalls().map(({ headers }) => headers.authorization)).size).toBe(1);
  });

  it('B5 renews the token of a managed identity before it ends, and none is ever refused', async () => {
    await eventually('a call with another token', async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await openAi.chat.completions.create(chat('by-identity'));
      return new Set(chatCalls().map(({ headers }) => headers.authorization)).size >= 2 ? true : undefined;
    });
    expect(bill().filter((row) => row.status !== 200)).toEqual([]);
    expect(tokenCalls().every(({ path }) => path.startsWith('/metadata/identity/oauth2/token?'))).toBe(true);
  });

  it.each(['no-identity', 'stranger', 'no-file'])('B4 %s is told from a provider that fails', async (model) => {
    const failure = await failureOf(openAi.chat.completions.create(chat(model)));
    expect([failure.status, failure.code]).toEqual([502, 'provider_auth_failed']);
    expect(chatCalls()).toEqual([]);
  });

  it('B5 asks where App Service says, when it runs there', async () => {
    const service = await startTestMesh({
      emulators: false,
      extraServiceEnvironment: {
        'provider-workers': { IDENTITY_ENDPOINT: `${azureUrl}/msi/token`, IDENTITY_HEADER: 'emulator-identity' },
      },
      configYaml: configurationYaml([group('hosted', { api_base: azureUrl })]),
    });
    try {
      const { openAi: client } = sdkClients(service.url, service.masterKey);
      const answer = await client.chat.completions.create(chat('hosted'));
      expect(answer.choices[0]?.finish_reason).toBe('stop');
      expect(tokenCalls().map(({ path }) => path.split('?')[0])).toEqual(['/msi/token']);
      for (const row of bill()) hosted.add(row.requestId);
    } finally {
      await service.stop();
    }
  });
});

describe('an Azure call', () => {
  it('B5 has the URL and the credentials of its deployment', async () => {
    const seen: unknown[] = [];
    for (const model of ['by-key', 'by-key-v1', 'by-token', 'by-client', 'by-client-v1']) {
      await openAi.chat.completions.create(chat(model));
      const last = chatCalls().at(-1);
      const authorization = last?.headers.authorization?.replace(/entra-token-\d+$/, 'entra-token-N');
      seen.push([last?.path, last?.headers['api-key'], authorization]);
    }
    const dated = '/openai/deployments/mock-gpt/chat/completions?api-version=2024-10-21';
    expect(seen).toEqual([
      [dated, 'azure-key', undefined],
      ['/openai/v1/chat/completions', 'azure-key', undefined],
      [dated, undefined, `Bearer ${TOKEN}`],
      [dated, undefined, 'Bearer emulated-entra-token-N'],
      ['/openai/v1/chat/completions?api-version=preview', undefined, 'Bearer emulated-entra-token-N'],
    ]);
  });

  it('B5 gets one token for many requests, of both deployments of a client', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        openAi.chat.completions.create(chat(index % 2 ? 'by-client' : 'by-client-v1')),
      ),
    );
    // Fetched by an earlier test, and good for an hour.
    expect(tokenCalls()).toHaveLength(0);
    expect(new Set(chatCalls().map(({ headers }) => headers.authorization)).size).toBe(1);
  });

  it('B5 fetches a token once for a crowd, renews it before it ends, and none is ever refused', async () => {
    await Promise.all(Array.from({ length: 20 }, () => openAi.chat.completions.create(chat('short'))));
    expect(tokenCalls()).toHaveLength(1);
    await eventually('a call with another token', async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await openAi.chat.completions.create(chat('short'));
      const used = new Set(chatCalls().map(({ headers }) => headers.authorization));
      return used.size >= 2 ? true : undefined;
    });
    expect(bill().filter((row) => row.status !== 200)).toEqual([]);
  });

  it('F3 is priced by its base model', async () => {
    await openAi.chat.completions.create(chat('listed'));
    const row = await eventually('the ledger row', async () =>
      (await loggedRequests(gateway)).find((logged) => logged.model_group === 'listed' && logged.status === 'success'),
    );
    expect([row.unpriced, row.custom_llm_provider]).toEqual([false, 'azure']);
    expect(row.spend_nano_usd).toBe(row.prompt_tokens * 2_500 + row.completion_tokens * 10_000);
  });
});

describe('Azure’s refusals', () => {
  it.each([
    ['by-key+status-400+code-content_filter', 400, 'content_filtered'],
    ['by-key+status-429+retry-after-7s', 429, 'rate_limited'],
    ['by-key+status-404+code-DeploymentNotFound', 404, 'model_not_found'],
    ['by-key+status-400+code-context_length_exceeded', 400, 'context_length_exceeded'],
    ['wrong-key', 502, 'provider_auth_failed'],
    ['wrong-secret', 502, 'provider_auth_failed'],
  ])('B4 %s is %d %s', async (model, status, code) => {
    const failure = await failureOf(openAi.chat.completions.create(chat(model)));
    expect([failure.status, failure.code]).toEqual([status, code]);
    if (status === 429) expect(failure.headers?.get('retry-after')).toBe('7');
    expect(bill().filter((row) => row.billed)).toEqual([]);
  });

  it('B6 a deployment without its secret is not served, and the others are', async () => {
    const failure = await failureOf(openAi.chat.completions.create(chat('no-secret')));
    expect(failure.status).toBeGreaterThanOrEqual(500);
    expect(requests()).toEqual([]);
  });
});

it('D3 the ledger is Azure’s bill', async () => {
  // What the other gateway called is in its own books.
  const billed = azure.bill().filter((row) => row.billed && !hosted.has(row.requestId));
  const totalOf = <Row>(rows: readonly Row[], tokens: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + tokens(row), 0);
  const expected = {
    calls: billed.length,
    promptTokens: totalOf(billed, (row) => row.promptTokens),
    completionTokens: totalOf(billed, (row) => row.completionTokens),
  };
  expect(expected.calls).toBeGreaterThan(60);
  const booked = await eventually('every call in the ledger', async () => {
    const attempts = (await loggedRequests(gateway)).flatMap((row) =>
      row.attempts.filter((attempt) => attempt.billable),
    );
    return attempts.length >= expected.calls ? attempts : undefined;
  });
  expect({
    calls: booked.length,
    promptTokens: totalOf(booked, (row) => row.prompt_tokens),
    completionTokens: totalOf(booked, (row) => row.completion_tokens),
  }).toEqual(expected);
});
