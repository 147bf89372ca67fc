// Real: the whole mesh, PostgreSQL, NATS, Redis, the rotation command. Emulated: the providers.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { Client } from 'pg';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { configurationYaml, gptModel, type ModelEntry } from './support/test-configuration';

const FIRST_KEY = 'sk-first-secret-of-the-team';
const SECOND_KEY = 'sk-second-secret-of-the-team';
const ENCRYPTION_KEY = randomBytes(32).toString('base64');
const ASK = { messages: [{ role: 'user', content: 'Please write 3 tokens' }] };

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: EmulatorControl;

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: configurationYaml([gptModel('mock-gpt')]),
    extraEnvironment: { LLM_GATEWAY_ENCRYPTION_KEY: ENCRYPTION_KEY },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  openAi = emulatorsOf(mesh).openAi;
});

afterAll(() => mesh?.stop());

const create = (body: unknown, key?: string) => gateway.send({ path: '/credentials', body, ...(key && { key }) });
const change = (name: string, body: unknown) => gateway.send({ method: 'PATCH', path: `/credentials/${name}`, body });
const remove = (name: string) => gateway.send({ method: 'DELETE', path: `/credentials/${name}` });
const chat = (model: string): Promise<GatewayAnswer> => gateway.chat({ ...ASK, model });

/** A deployment that says nothing of how it is reached but the name of a credential. */
function borrowing(name: string, credential: string): ModelEntry {
  return { model_name: name, litellm_params: { model: 'openai/mock-gpt', litellm_credential_name: credential } };
}

function configure(...models: readonly ModelEntry[]): void {
  writeFileSync(mesh.configPath, configurationYaml([gptModel('mock-gpt'), ...models]));
}

async function keyAtProvider(model: string): Promise<string | undefined> {
  await openAi.reset();
  if ((await chat(model)).status !== 200) return undefined;
  return (await openAi.onlyRequest()).headers.authorization;
}

/** What the emulators' variable holds in the workers: stored values are literal, so the test needs it, too. */
const emulatorUrl = (): string => mesh.emulators?.urls.openai ?? '';

describe('stored credentials', () => {
  it('B5 serve the deployments that name them, and a changed value is used without a restart', async () => {
    const made = await create({
      credential_name: 'team',
      credential_values: { api_key: FIRST_KEY, api_base: emulatorUrl() },
      credential_info: { owner: 'somebody' },
    });
    expect(made.status).toBe(200);
    expect(made.json()).toMatchObject({
      success: true,
      credential: { credential_name: 'team', credential_values: { api_key: '****team', api_base: emulatorUrl() } },
    });
    configure(borrowing('borrowed', 'team'));
    await eventually('the deployment to serve', async () => (await chat('borrowed')).status === 200);
    expect(await keyAtProvider('borrowed')).toBe(`Bearer ${FIRST_KEY}`);
    const changed = await change('team', { credential_values: { api_key: SECOND_KEY } });
    expect(changed.status).toBe(200);
    await eventually('the new key', async () => (await keyAtProvider('borrowed')) === `Bearer ${SECOND_KEY}`);
  });

  it('B5 are listed and looked up without their secrets', async () => {
    const listed = await gateway.send({ path: '/credentials' });
    expect(listed.json()).toMatchObject({
      credentials: [{ credential_name: 'team', credential_info: { owner: 'somebody' } }],
    });
    for (const path of ['/credentials/team', '/credentials/by_name/team']) {
      expect((await gateway.send({ path })).json()).toMatchObject({ credential_name: 'team' });
    }
    expect(listed.text).not.toContain(SECOND_KEY);
    expect((await gateway.send({ path: '/credentials/nobody' })).status).toBe(404);
  });

  it('B5 stay while a deployment names them, and go afterwards', async () => {
    const refused = await remove('team');
    expect(refused.status).toBe(409);
    expect(refused.json()).toMatchObject({ error: { message: expect.stringContaining('borrowed') } });
    await create({ credential_name: 'unused', credential_values: { api_key: 'sk-unused-12345' } });
    expect((await remove('unused')).status).toBe(200);
    expect((await remove('unused')).status).toBe(404);
  });

  it('E2 E4 who changed which of their values is in the log of changes, and no value', async () => {
    const log = await gateway.send({ path: '/audit?table_name=provider_credential&sort_order=asc&page_size=100' });
    const both = ['api_base', 'api_key'];
    const info = { credential_info: { owner: 'somebody' } };
    expect(log.json()).toMatchObject({
      audit_logs: [
        {
          action: 'created',
          object_id: 'team',
          changed_by: 'master',
          updated_values: { ...info, credential_values: both },
        },
        { action: 'updated', object_id: 'team', before_value: info, updated_values: { changed_values: ['api_key'] } },
        { action: 'created', object_id: 'unused', before_value: null },
        { action: 'deleted', object_id: 'unused', updated_values: null },
      ],
    });
    for (const value of [FIRST_KEY, SECOND_KEY, emulatorUrl(), 'sk-unused', '****'])
      expect(log.text).not.toContain(value);
  });

  it.each([
    [{ credential_values: {} }, 'credential_name'],
    [{ credential_name: 'x' }, 'credential_values'],
    [{ credential_name: 'x', credential_values: { api_kye: 'sk-hidden' } }, 'credential_values.api_kye'],
    [{ credential_name: 'x', credential_values: { api_base: 'hidden' } }, 'credential_values.api_base'],
    [{ credential_name: 'x', credential_values: { api_key: 5 } }, 'credential_values.api_key'],
    [{ credential_name: 'x\n', credential_values: {} }, 'credential_name'],
    [{ credential_name: 'x', credential_values: {}, credential_inf: {} }, 'credential_inf'],
  ])('B5 %j is refused by name, and its value not shown', async (body, param) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param } });
    expect(answer.text).not.toContain('hidden');
  });

  it('B5 two of one name, or another name on a change, are refused', async () => {
    expect((await create({ credential_name: 'team', credential_values: {} })).status).toBe(409);
    expect((await change('team', { credential_name: 'other' })).status).toBe(400);
    expect((await change('nobody', { credential_values: {} })).status).toBe(404);
  });

  it('E2 are the master key’s business alone, and never in clear in database, snapshot or log', async () => {
    const key = await gateway.makeKey();
    expect((await create({ credential_name: 'y', credential_values: {} }, key)).status).toBe(403);
    expect((await gateway.send({ path: '/credentials', key })).status).toBe(403);
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('secret-of');
    const logs = mesh.instances.flatMap((instance) => instance.recentLog).join('\n');
    expect(logs).not.toContain(FIRST_KEY);
    expect(logs).not.toContain(SECOND_KEY);
  });

  it('B5 a configuration that names one that does not exist is refused, and the version before stays', async () => {
    configure(borrowing('borrowed', 'taem'));
    const status = () => gateway.send({ path: '/v1/gateway/status' });
    // Another refusal may come first: a file is for a moment empty while it is written.
    await eventually('the refusal', async () => {
      const { configuration } = (await status()).json<{ configuration: { last_error: string | null } }>();
      return /litellm_credential_name names a credential that does not exist; did you mean "team"/.test(
        configuration.last_error ?? '',
      );
    });
    expect((await chat('borrowed')).status).toBe(200);
    configure(borrowing('borrowed', 'team'));
    await eventually('the good file', async () => (await status()).text.includes('"last_error":null'));
  });

  it('B5 are encrypted anew by the rotation command, and open with the new key alone afterwards', async () => {
    const [before] = await stored();
    const newKey = randomBytes(32).toString('base64');
    const lost = await rotate({ LLM_GATEWAY_ENCRYPTION_KEY: newKey });
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining('team') });
    const keys = { LLM_GATEWAY_ENCRYPTION_KEY: newKey, LLM_GATEWAY_OLDER_ENCRYPTION_KEYS: ENCRYPTION_KEY };
    expect(await rotate(keys)).toMatchObject({ code: 0, stdout: 'credentials: 1 encrypted anew\n' });
    expect(await rotate(keys)).toMatchObject({ code: 0, stdout: 'credentials: 0 encrypted anew\n' });
    const [after] = await stored();
    expect(after?.key_id).not.toBe(before?.key_id);
    // Back again, with the keys' parts exchanged: the values survived the way there and back.
    const back = { LLM_GATEWAY_ENCRYPTION_KEY: ENCRYPTION_KEY, LLM_GATEWAY_OLDER_ENCRYPTION_KEYS: newKey };
    expect(await rotate(back)).toMatchObject({ code: 0, stdout: 'credentials: 1 encrypted anew\n' });
    await change('team', { credential_info: { owner: 'somebody else' } });
    expect(await keyAtProvider('borrowed')).toBe(`Bearer ${SECOND_KEY}`);
  });
});

describe('GET /v1/gateway/status', () => {
  it('B6 says which providers can be served, and why the others cannot', async () => {
    configure(borrowing('borrowed', 'team'), {
      model_name: 'without-key',
      litellm_params: { model: 'anthropic/claude', api_key: 'os.environ/NOBODY_SET_THIS' },
    });
    const status = await eventually('both providers', async () => {
      const answer = await gateway.send({ path: '/v1/gateway/status' });
      const document = answer.json<{ providers: { provider: string; status: string; deployments: unknown[] }[] }>();
      return document.providers.some(({ status: health }) => health === 'unavailable') ? document : undefined;
    });
    expect(status).toMatchObject({
      status: 'ok',
      configuration: { version: expect.stringMatching(/^\d+-[0-9a-f]{12}$/), last_error: null },
      workers: [{ pools: ['*'] }],
      providers: [
        {
          provider: 'anthropic',
          status: 'unavailable',
          deployments: [{ model_name: 'without-key', reasons: ['NOBODY_SET_THIS is not set'] }],
        },
        { provider: 'openai', status: 'healthy' },
      ],
    });
    expect((await gateway.send({ path: '/v1/gateway/status', key: await gateway.makeKey() })).status).toBe(403);
  });
});

async function stored(): Promise<{ name: string; key_id: string; sealed: string }[]> {
  const client = new Client({ connectionString: mesh.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT name, key_id, encode(sealed, 'escape') AS sealed FROM provider_credential",
    );
    return rows;
  } finally {
    await client.end();
  }
}

async function rotate(keys: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = join(__dirname, '../services/config-sync/dist/rotate-credentials.js');
  const env = { PATH: process.env.PATH, LLM_GATEWAY_DATABASE_URL: mesh.databaseUrl, ...keys };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [script], { env, timeout: 120_000 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
