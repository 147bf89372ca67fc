// Real: the whole mesh, PostgreSQL, NATS, Redis, AWS's own client. Stand-ins: the three managers, and a provider with a door.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startTestMesh, type TestMesh } from '@gateway/local';
import {
  AwsSecretsManager,
  eventually,
  GoogleSecretManager,
  type SecretManagerServer,
  VaultServer,
} from '@gateway/testkit';
import { connect } from 'nats';
import { GatewayHttp } from './support/gateway-http';
import { readMetrics } from './support/read-metrics';
import { configurationYaml, gptModel } from './support/test-configuration';

const CANARY = 'sk-canary-b81f';
/** Keys are read again after 0.7 to 0.9 of it. */
const TTL_MS = 2_000;
const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'mock-gpt',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

const aws = new AwsSecretsManager();
const vault = new VaultServer();
const google = new GoogleSecretManager();
const folder = mkdtempSync(join(tmpdir(), 'secrets-e2e-'));
/** Keys that the provider lets in, and those it has seen, by model. */
const good = new Set<string>();
const seen = new Map<string, string>();
const logLines: string[] = [];
let provider: Server;
let mesh: TestMesh;
let gateway: GatewayHttp;

beforeAll(async () => {
  await Promise.all([aws.start(), vault.start(), google.start()]);
  provider = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const key = (request.headers.authorization ?? '').replace('Bearer ', '');
      const { model } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { readonly model: string };
      if (good.has(key)) seen.set(model, key);
      response.writeHead(good.has(key) ? 200 : 401, { 'content-type': 'application/json' });
      response.end(good.has(key) ? ANSWER : `{"error":{"message":"wrong key ${key}","code":"invalid_api_key"}}`);
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  for (const { keeper } of KEEPERS) keeper('1');
  for (const key of KEEPERS.map(({ key }) => key('1'))) good.add(key);
  writeFileSync(join(folder, 'google.json'), JSON.stringify(google.serviceAccount));
  const api_base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  mesh = await startTestMesh({
    logLevel: 'debug',
    onLogLine: (_instance, line) => void logLines.push(line),
    configYaml: configurationYaml(
      KEEPERS.map(({ model, reference }) => gptModel(model, { litellm_params: { api_base, api_key: reference } })),
      {
        general_settings: {
          key_management_system: 'aws_secret_manager',
          key_management_settings: { hosted_keys: ['HOSTED_KEY'] },
        },
      },
    ),
    extraServiceEnvironment: {
      'provider-workers': {
        LLM_GATEWAY_SECRET_TTL_MS: String(TTL_MS),
        LLM_GATEWAY_SECRET_DIRECTORIES: folder,
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
        AWS_ACCESS_KEY_ID: aws.accessKeyId,
        AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
        HCP_VAULT_ADDR: vault.url,
        HCP_VAULT_APPROLE_ROLE_ID: vault.roleId,
        HCP_VAULT_APPROLE_SECRET_ID: vault.secretId,
        GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'google.json'),
        GOOGLE_SECRET_MANAGER_PROJECT_ID: google.project,
        LLM_GATEWAY_GOOGLE_SECRETS_URL: google.url,
      },
    },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all([aws.stop(), vault.stop(), google.stop()]);
  await new Promise((resolve) => provider.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

interface Keeper {
  readonly model: string;
  readonly reference: string;
  readonly server: SecretManagerServer | null;
  key(version: string): string;
  /** Exchanges the secret where it is kept. */
  keeper(version: string): void;
}

const keyOf = (name: string) => (version: string) => `${CANARY}-${name}-${version}`;

const KEEPERS: readonly Keeper[] = [
  {
    model: 'by-aws',
    reference: 'aws_secret_manager/prod/keys#OPENAI',
    server: aws,
    key: keyOf('aws'),
    keeper: (version) => aws.secrets.set('prod/keys', JSON.stringify({ OPENAI: keyOf('aws')(version) })),
  },
  {
    model: 'by-vault',
    reference: 'hashicorp_vault/team/openai',
    server: vault,
    key: keyOf('vault'),
    keeper: (version) => vault.secrets.set('team/openai', JSON.stringify({ key: keyOf('vault')(version) })),
  },
  {
    model: 'by-google',
    reference: 'google_secret_manager/openai',
    server: google,
    key: keyOf('google'),
    keeper: (version) => google.secrets.set('openai', keyOf('google')(version)),
  },
  {
    model: 'by-file',
    reference: `os.file/${folder}/openai`,
    server: null,
    key: keyOf('file'),
    keeper: (version) => writeFileSync(join(folder, 'openai'), `${keyOf('file')(version)}\n`),
  },
  {
    model: 'by-variable',
    reference: 'os.environ/HOSTED_KEY',
    server: aws,
    key: keyOf('hosted'),
    keeper: (version) => aws.secrets.set('HOSTED_KEY', keyOf('hosted')(version)),
  },
];

const ask = async (model: string): Promise<number> =>
  (await gateway.chat({ model, messages: [{ role: 'user', content: 'Hi' }] })).status;

const secretsNow = async (): Promise<Record<string, Record<string, unknown>>> => {
  const status = (await gateway.send({ path: '/v1/gateway/status' })).json() as {
    readonly workers: readonly { readonly secrets: readonly { readonly source: string }[] }[];
  };
  return Object.fromEntries(status.workers.flatMap(({ secrets }) => secrets.map((row) => [row.source, { ...row }])));
};

/** Everything that stands in the buckets of this mesh, unpacked. */
async function publishedTexts(): Promise<string> {
  const nats = await connect({ servers: mesh.natsUrl });
  const texts: string[] = [];
  const manager = await nats.jetstreamManager();
  for await (const { config } of manager.streams.list()) {
    if (!config.name.startsWith(`KV_${mesh.namespace}`)) continue;
    const bucket = await nats.jetstream().views.kv(config.name.slice('KV_'.length));
    const keys: string[] = [];
    for await (const key of await bucket.keys()) keys.push(key);
    for (const key of keys) {
      const value = Buffer.from((await bucket.get(key))?.value ?? []);
      const isPacked = value[0] === 0x1f && value[1] === 0x8b;
      texts.push((isPacked ? gunzipSync(value) : value).toString('utf8'));
    }
  }
  await nats.close();
  return texts.join('\n');
}

describe('secrets of managers', () => {
  it('L2 serve the deployments that name them', async () => {
    for (const { model, key } of KEEPERS) {
      await eventually(`an answer of ${model}`, async () => (await ask(model)) === 200);
      expect(seen.get(model)).toBe(key('1'));
    }
  });

  it('L2 are exchanged without a restart, and without a failed request while both keys are good', async () => {
    for (const { key } of KEEPERS) good.add(key('2'));
    for (const { keeper } of KEEPERS) keeper('2');
    for (const { model, key } of KEEPERS) {
      await eventually(`the new key of ${model}`, async () => {
        expect(await ask(model)).toBe(200);
        return seen.get(model) === key('2');
      });
      good.delete(key('1'));
      expect(await ask(model)).toBe(200);
    }
  });

  it('L2 stay in use while their manager is away, and the status says so', async () => {
    aws.fault = 'unavailable';
    vault.fault = 'hang-up';
    await eventually('stale secrets', async () => {
      const { aws_secret_manager: ofAws, hashicorp_vault: ofVault } = await secretsNow();
      return ofAws?.stale === 2 && ofVault?.stale === 1;
    });
    for (const { model } of KEEPERS) expect(await ask(model)).toBe(200);
    expect(await secretsNow()).toMatchObject({
      google_secret_manager: { current: 1, stale: 0, missing: 0, last_error: null },
      hashicorp_vault: { last_error: expect.stringContaining('could not be reached') },
    });
    aws.fault = null;
    vault.fault = null;
    await eventually('current secrets', async () => {
      const { aws_secret_manager: ofAws, hashicorp_vault: ofVault } = await secretsNow();
      return ofAws?.current === 2 && ofVault?.current === 1;
    });
  });

  it('L2 are missing until they come, and serve then', async () => {
    vault.secrets.delete('team/late');
    const late = gptModel('by-vault-late', {
      litellm_params: {
        api_base: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`,
        api_key: 'hashicorp_vault/team/late',
      },
    });
    writeFileSync(mesh.configPath, configurationYaml([late]));
    await eventually('the secret to be missed', async () => (await secretsNow()).hashicorp_vault?.missing === 1);
    expect(await ask('by-vault-late')).not.toBe(200);
    vault.secrets.set('team/late', JSON.stringify({ key: `${CANARY}-vault-2` }));
    await eventually('an answer', async () => (await ask('by-vault-late')) === 200);
  });

  it('E2 are in no log, no metric, no snapshot and no answer', async () => {
    const snapshots = await publishedTexts();
    expect(snapshots).toContain('hashicorp_vault/team/late');
    const metrics = await Promise.all(mesh.instances.map(({ httpUrl }) => readMetrics(httpUrl)));
    expect(metrics.join('\n')).toMatch(/gateway_secret_reads_total\{[^}]*source="hashicorp_vault"/);
    const status = (await gateway.send({ path: '/v1/gateway/status' })).text;
    expect(logLines.join('\n')).toContain('a secret has changed');
    for (const told of [snapshots, status, logLines.join('\n'), ...metrics]) expect(told).not.toContain(CANARY);
  });
});
