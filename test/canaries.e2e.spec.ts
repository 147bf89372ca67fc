// Real: the whole mesh, OTLP over HTTP, a server that takes webhooks. Emulated: the providers, of which one repeats what it was told.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ServiceInstance, startTestMesh, type TestMesh } from '@gateway/local';
import { openRedis } from '@gateway/storage';
import { eventually } from '@gateway/testkit';
import { GatewayHttp } from './support/gateway-http';
import { readMetrics } from './support/read-metrics';
import { httpResponse, ScriptedProvider } from './support/scripted-provider';
import { loggedRequest } from './support/spend-logs';
import { claudeModel, configurationYaml, gptModel, MOCK_MODELS } from './support/test-configuration';
import { TraceCollector } from './support/trace-collector';
import { wholeDatabase } from './support/whole-database';

const canary = (name: string): string => `${name}${randomBytes(9).toString('hex')}`;

/** What only we and the operator may know: not even whoever asks reads it in an answer. */
const SECRETS = {
  openAiKey: `sk-${canary('OpenAiKey')}`,
  anthropicKey: `sk-ant-${canary('AnthropicKey')}`,
  environmentKey: `sk-${canary('EnvironmentKey')}`,
  webhookSecret: `whsec_${Buffer.from(canary('WebhookSecret')).toString('base64')}`,
  databasePassword: canary('DatabasePassword'),
  redisPassword: canary('RedisPassword'),
  encryptionKey: randomBytes(32).toString('base64'),
};

/** What strangers and clients present to be let in. */
const PRESENTED = {
  wrongKey: `sk-${canary('WrongKey')}`,
  wrongHeaderKey: `sk-${canary('WrongHeaderKey')}`,
  wrongQueryKey: canary('WrongQueryKey'),
  basicPassword: canary('BasicPassword'),
  cookie: canary('Cookie'),
  clientHeader: canary('ClientHeader'),
};

/** What is said to a provider, and by it. Whoever asked may read it in the answer. */
const SAID = {
  prompt: canary('Prompt'),
  systemPrompt: canary('SystemPrompt'),
  toolDescription: canary('ToolDescription'),
  picture: canary('Picture'),
  answer: canary('Answer'),
};

const ASK = { model: 'mock-gpt', messages: [{ role: 'user', content: `Please write 9 tokens, ${SAID.prompt}` }] };
const WHOLE = {
  ...ASK,
  messages: [
    { role: 'system', content: SAID.systemPrompt },
    {
      role: 'user',
      content: [
        { type: 'text', text: SAID.prompt },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${SAID.picture}` } },
      ],
    },
  ],
  tools: [
    { type: 'function', function: { name: 'f', description: SAID.toolDescription, parameters: { type: 'object' } } },
  ],
};

let mesh: TestMesh;
let gateway: GatewayHttp;
let hooks: Server;
let serverUrl: string | undefined;
let redisServerUrl: string | undefined;
const hooked: string[] = [];
const collector = new TraceCollector();
const scripted = new ScriptedProvider();
const logged = new Set<string>();
/** Made by the gateway, on the way. */
const keys = { virtualKey: '', regeneratedKey: '', revokedKey: '', budgetedKey: '' };

beforeAll(async () => {
  hooks = createServer(async (request, response) => {
    hooked.push(`${JSON.stringify(request.headers)} ${await text(request)}`);
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => hooks.listen(0, '127.0.0.1', done));
  const hook = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/hook`;
  const origin = await scripted.start();
  // The test servers trust whoever comes from here, with any password.
  serverUrl = process.env.TEST_DATABASE_URL;
  const withPassword = new URL(serverUrl ?? '');
  withPassword.password = SECRETS.databasePassword;
  process.env.TEST_DATABASE_URL = withPassword.href;
  redisServerUrl = process.env.TEST_REDIS_URL;
  const redisWithPassword = new URL(redisServerUrl ?? '');
  redisWithPassword.username = 'default';
  redisWithPassword.password = SECRETS.redisPassword;
  process.env.TEST_REDIS_URL = redisWithPassword.href;
  const encryption = { LLM_GATEWAY_ENCRYPTION_KEY: SECRETS.encryptionKey };
  mesh = await startTestMesh({
    logLevel: 'debug',
    extraEnvironment: { OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start() },
    extraServiceEnvironment: {
      'provider-workers': { CANARY_API_KEY: SECRETS.environmentKey, ...encryption },
      'config-sync': encryption,
      'cost-ledger': { ALERT_SECRET: SECRETS.webhookSecret },
    },
    configYaml: configurationYaml(
      [
        ...MOCK_MODELS,
        gptModel('plain-gpt', { litellm_params: { model: 'openai/mock-gpt', api_key: SECRETS.openAiKey } }),
        claudeModel('plain-claude', {
          litellm_params: { model: 'anthropic/mock-claude', api_key: SECRETS.anthropicKey },
        }),
        gptModel('named-gpt', { litellm_params: { model: 'openai/mock-gpt', api_key: 'os.environ/CANARY_API_KEY' } }),
        gptModel('echoing-gpt', { litellm_params: { api_base: `${origin}/v1`, api_key: SECRETS.openAiKey } }),
        gptModel('nowhere-gpt', { litellm_params: { api_base: 'http://127.0.0.1:9/v1', api_key: SECRETS.openAiKey } }),
      ],
      { alerts: { webhooks: [{ name: 'ops', url: hook, secret: 'os.environ/ALERT_SECRET', network: 'any' }] } },
    ),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  if (serverUrl !== undefined) process.env.TEST_DATABASE_URL = serverUrl;
  if (redisServerUrl !== undefined) process.env.TEST_REDIS_URL = redisServerUrl;
  await mesh?.stop();
  hooks?.closeAllConnections();
  hooks?.close();
  await Promise.all([collector.stop(), scripted.stop()]);
});

type Answer = Awaited<ReturnType<GatewayHttp['send']>>;
const answers: string[] = [];

/** Logs keep their last lines only. */
function note(...more: readonly Answer[]): void {
  answers.push(...more.map(({ text: body, headers }) => body + JSON.stringify(headers)));
  for (const { recentLog } of mesh.instances) for (const line of recentLog) logged.add(line);
}

/** A provider that repeats what it was told, our key included. */
function echo(status: string, body: object): void {
  const response = httpResponse(Buffer.from(JSON.stringify(body)), {
    contentType: 'application/json',
    chunkBytes: null,
  });
  scripted.script(Buffer.from(response.toString('utf8').replace('200 OK', status)), []);
}

async function served(): Promise<void> {
  for (const model of ['plain-gpt', 'plain-claude', 'named-gpt']) {
    const { virtualKey: key } = keys;
    note(await gateway.chat({ ...ASK, model }, { key }), await gateway.chat({ ...ASK, model, stream: true }, { key }));
    note(await gateway.messages({ ...ASK, model, max_tokens: 50 }, { key }));
    note(
      await gateway.chat(
        { ...WHOLE, model },
        { key, headers: { cookie: PRESENTED.cookie, 'x-own': PRESENTED.clientHeader } },
      ),
    );
  }
  echo('200 OK', {
    id: '1',
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: SAID.answer } }],
  });
  note(await gateway.chat({ ...ASK, model: 'echoing-gpt' }));
  note(await gateway.send({ path: '/v1/gateway/alerts/test', method: 'POST', body: {} }));
  await eventually('the webhook', () => hooked.length > 0);
}

async function failed(): Promise<void> {
  const told = `Invalid prompt '${SAID.prompt}' with key ${SECRETS.openAiKey}`;
  for (const status of ['400 Bad Request', '401 Unauthorized', '429 Too Many Requests', '500 Internal Server Error']) {
    echo(status, {
      error: { message: told, type: 'invalid_request_error', param: SAID.prompt, code: 'invalid_value' },
    });
    note(
      await gateway.chat({ ...ASK, model: 'echoing-gpt' }),
      await gateway.chat({ ...WHOLE, model: 'echoing-gpt', stream: true }),
    );
  }
  echo('200 OK', { choices: `${SAID.answer} ${SECRETS.openAiKey}` });
  note(await gateway.chat({ ...ASK, model: 'echoing-gpt' }), await gateway.chat({ ...ASK, model: 'nowhere-gpt' }));
  note(await gateway.chat({ ...ASK, model: `mock-gpt+cut-after-3`, stream: true }, { key: keys.virtualKey }));
  for (const body of [
    { ...ASK, temperature: SAID.prompt },
    { ...ASK, messages: [{ role: SAID.prompt, content: SAID.prompt }] },
    `{"model":"mock-gpt","messages":"${SAID.prompt}`,
    { ...ASK, model: 'unheard-of' },
  ]) {
    note(await gateway.chat(body));
  }
  note(await gateway.chat({ ...ASK, max_tokens: 1_000_000 }, { key: keys.budgetedKey }));
}

async function refused(): Promise<void> {
  const asks = { path: '/v1/chat/completions', body: ASK, key: null };
  note(
    await gateway.chat(ASK, { key: PRESENTED.wrongKey }),
    await gateway.chat(ASK, { key: keys.revokedKey }),
    await gateway.send({ ...asks, headers: { 'x-api-key': PRESENTED.wrongHeaderKey } }),
    await gateway.send({ ...asks, headers: { authorization: `Basic ${PRESENTED.basicPassword}` } }),
    await gateway.send({
      path: `/v1beta/models/mock-gemini:generateContent?key=${PRESENTED.wrongQueryKey}`,
      body: {},
      key: null,
    }),
    await gateway.send({ path: '/key/info', key: PRESENTED.wrongKey }),
  );
}

async function looked(): Promise<void> {
  for (const path of [
    '/key/info',
    '/key/list',
    '/v1/gateway/status',
    '/v1/gateway/alerts',
    '/v1/models',
    '/model/info',
    '/spend/logs',
    '/health',
  ]) {
    note(await gateway.send({ path }), await gateway.send({ path, key: keys.virtualKey }));
  }
}

/** Nobody knows whether the key is good, and no budget can be asked for. */
async function withoutLedger(): Promise<void> {
  const [ledger] = mesh.ledgers as [ServiceInstance];
  await ledger.stop();
  note(await gateway.chat(ASK, { key: PRESENTED.wrongKey }), await gateway.chat(ASK, { key: keys.budgetedKey }));
  note(await gateway.send({ path: '/key/info', key: keys.virtualKey }), await gateway.send({ path: '/spend/logs' }));
  await ledger.start();
}

async function wholeRedis(): Promise<string> {
  const redis = openRedis({ redisUrl: mesh.redisUrl, connectionName: 'canaries e2e', commandTimeoutMs: 5_000 });
  try {
    await eventually('Redis', () => redis.status === 'ready');
    const found = await redis.keys('*');
    const values = await Promise.all(found.map((key) => redis.dumpBuffer(key)));
    return [...found, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
  } finally {
    redis.disconnect();
  }
}

function spools(): string {
  return readdirSync(mesh.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('spool'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

it('N1 twenty secrets go through every path, failures included, and are in no log, trace, error, row or metric', async () => {
  keys.virtualKey = await gateway.makeKey();
  keys.budgetedKey = await gateway.makeKey({ max_budget: 0.01 });
  keys.revokedKey = await gateway.makeKey();
  const old = await gateway.makeKey();
  const regenerated = await gateway.send({ path: `/key/${old}/regenerate`, method: 'POST', body: {} });
  keys.regeneratedKey = old;
  expect(regenerated.status).toBe(200);
  await gateway.send({ path: '/key/delete', body: { keys: [keys.revokedKey] } });

  await served();
  await failed();
  await refused();
  await looked();
  await withoutLedger();
  const last = await gateway.chat({ ...ASK, model: 'plain-gpt' }, { key: keys.virtualKey });
  note(last);
  // What came before it is in the books and spans by then, too.
  await loggedRequest(gateway, String(last.headers['x-request-id']));
  await eventually('the spans', () => collector.received.join('').includes('plain-gpt'));
  note();

  const canaries: Record<string, string> = { ...SECRETS, ...PRESENTED, ...SAID, ...keys, masterKey: mesh.masterKey };
  expect(Object.keys(canaries).length).toBeGreaterThanOrEqual(20);
  const metrics = await Promise.all(mesh.instances.map(({ httpUrl }) => readMetrics(httpUrl)));
  const places: Record<string, string> = {
    logs: [...logged].join('\n'),
    traces: collector.received.join('\n'),
    metrics: metrics.join('\n'),
    rows: await wholeDatabase(mesh.databaseUrl),
    redis: await wholeRedis(),
    spools: spools(),
    webhooks: hooked.join('\n'),
  };
  // They are there at all.
  for (const place of ['logs', 'traces', 'metrics', 'rows']) expect(places[place]).toContain('plain-gpt');
  const found = Object.entries(canaries).flatMap(([name, secret]) => {
    const isSaid = name in SAID;
    const all = isSaid ? Object.entries(places) : Object.entries({ ...places, answers: answers.join('\n') });
    const said = secret.replace(/^(sk-(ant-)?|whsec_)/, '');
    return all.flatMap(([place, content]) => {
      const at = content.indexOf(said);
      return at < 0 ? [] : [`${name} in ${place}: ${content.slice(Math.max(0, at - 200), at + 40)}`];
    });
  });
  expect(found).toEqual([]);
});
