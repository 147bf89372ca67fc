// Real: the whole mesh, AWS's client, the disk. Emulated: the providers and S3.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually, S3Emulator } from '@gateway/testkit';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml, gptModel } from './support/test-configuration';

const BUCKET = 'settings';
const KEY = 'gateways/gateway.yaml';
const s3 = new S3Emulator({ buckets: [BUCKET], keys: { 'an-id': 'the secret' } });
let mesh: TestMesh;
let gateway: GatewayHttp;

const documentWith = (...groups: readonly string[]) =>
  configurationYaml(groups.map((group) => gptModel(group, { litellm_params: { model: 'openai/mock-gpt' } })));

function put(...groups: readonly string[]): void {
  s3.shelf.put(BUCKET, KEY, { bytes: Buffer.from(documentWith(...groups)) });
}

beforeAll(async () => {
  const endpoint = await s3.start();
  put('first');
  mesh = await startTestMesh({
    configYaml: documentWith('first'),
    extraServiceEnvironment: {
      'config-sync': {
        LLM_GATEWAY_CONFIG: `s3://${BUCKET}/${KEY}`,
        LLM_GATEWAY_CONFIG_S3_ENDPOINT: endpoint,
        LLM_GATEWAY_CONFIG_S3_PATH_STYLE: 'true',
        LLM_GATEWAY_CONFIG_REMOTE_POLL_MS: '50',
        AWS_ACCESS_KEY_ID: 'an-id',
        AWS_SECRET_ACCESS_KEY: 'the secret',
      },
    },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  await mesh?.stop();
  await s3.stop();
});

const ask = async (model: string): Promise<number> =>
  (await gateway.chat({ model, messages: [{ role: 'user', content: 'Please write 3 tokens' }] })).status;

interface Status {
  readonly version: string;
  readonly source: string;
  readonly in_step: boolean;
  readonly read_from: {
    readonly away_since: string | null;
    readonly away_reason: string | null;
    readonly stale: boolean;
  };
}

/** Null while config-sync does not answer. */
async function status(): Promise<Status | null> {
  const told = (await gateway.send({ path: '/hot-reload/status' })).json<Status & { readonly config_sync: string }>();
  return told.config_sync === 'ok' ? told : null;
}

const statusWhen = (what: string, isSo: (told: Status) => boolean): Promise<Status> =>
  eventually(what, async () => {
    const told = await status();
    return told && isSo(told) ? told : null;
  });
const polls = () => s3.requests().length;

describe('a configuration in S3', () => {
  it('L2 reaches every service, and each edit of it does', async () => {
    expect(await ask('first')).toBe(200);
    put('first', 'second');
    await eventually('the second model', async () => (await ask('second')) === 200);
    const told = await statusWhen('all to hold it', ({ in_step }) => in_step);
    expect(told).toMatchObject({ source: `s3://${BUCKET}/${KEY}`, read_from: { away_since: null, stale: false } });
  });

  it('L2 stays in force while the store is away, with no request lost and no version changed; the next edit lands', async () => {
    const version = (await status())?.version;
    s3.addFault({ status: 503 });
    put('first', 'second', 'third');
    const from = polls();
    await statusWhen('the store to be missed', ({ read_from }) => read_from.away_since !== null);
    const answers = new Set<number>();
    await eventually('several looks in vain', async () => {
      answers.add(await ask('second'));
      return polls() >= from + 5;
    });
    expect([...answers]).toEqual([200]);
    expect(await statusWhen('an answer', () => true)).toMatchObject({
      version,
      read_from: { away_reason: 'is not served at the moment (503 SlowDown)' },
    });
    expect(await ask('third')).toBe(404);
    s3.clearFaults();
    await eventually('the third model', async () => (await ask('third')) === 200);
    await statusWhen('the store to be there', ({ read_from }) => read_from.away_since === null);
  });

  it('L2 is taken from its encrypted copy by a config-sync that starts while the store is away', async () => {
    const directory = join(mesh.dataDir, 'config-sync');
    const copies = await eventually('the copy', () => {
      const names = readdirSync(directory).filter((name) => !name.endsWith('.unfinished'));
      return names.length > 0 ? names : null;
    });
    expect(copies).toHaveLength(1);
    expect(readFileSync(join(directory, copies[0] ?? ''), 'utf8')).not.toContain('emulator-key');
    const version = (await status())?.version;
    s3.addFault({ cut: 'before-head' });
    await mesh.configSync.restart();
    const told = await statusWhen('the copy to count', ({ read_from }) => read_from.stale);
    expect(told).toMatchObject({ version, read_from: { away_since: expect.any(String) } });
    expect(await ask('third')).toBe(200);
    s3.clearFaults();
    put('first', 'fourth');
    await eventually('the fourth model', async () => (await ask('fourth')) === 200);
    expect(await statusWhen('an answer', () => true)).toMatchObject({ read_from: { stale: false, away_since: null } });
    expect(await ask('third')).toBe(404);
  });
});
