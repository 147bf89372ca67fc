// Real: the whole mesh, PostgreSQL, NATS. Emulated: the providers.
import { randomBytes } from 'node:crypto';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { Client } from 'pg';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml, gptModel } from './support/test-configuration';

const FIRST_KEY = 'sk-first-secret-of-the-model';
const SECOND_KEY = 'sk-second-secret-of-the-model';
const ASK = { messages: [{ role: 'user', content: 'Please write 3 tokens' }] };

interface ModelInfo {
  readonly model_info: { readonly id: string; readonly db_model: boolean };
}

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: EmulatorControl;
/** Everything the gateway answered to changes. */
const answers: string[] = [];

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: configurationYaml([gptModel('mock-gpt', { model_info: { id: 'of-the-file' } })]),
    extraEnvironment: { LLM_GATEWAY_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  openAi = emulatorsOf(mesh).openAi;
});

afterAll(() => mesh?.stop());

async function send(path: string, body: unknown, method: 'POST' | 'PATCH' = 'POST') {
  const answer = await gateway.send({ method, path, body });
  answers.push(answer.text);
  return answer;
}

const make = (id: string, params: object = {}) =>
  send('/model/new', {
    model_name: 'added',
    litellm_params: {
      model: 'openai/mock-gpt',
      api_base: mesh.emulators?.urls.openai,
      api_key: FIRST_KEY,
      ...params,
    },
    model_info: { id },
  });

const statusOfChat = async () => (await gateway.chat({ ...ASK, model: 'added' })).status;

async function keyAtProvider(): Promise<string | undefined> {
  await openAi.reset();
  if ((await statusOfChat()) !== 200) return undefined;
  return (await openAi.onlyRequest()).headers.authorization;
}

describe('models in the database', () => {
  it('L1 are served when the call that made them is answered, and told of as such', async () => {
    const made = await make('added-1');
    expect(made.status).toBe(200);
    expect(made.json()).toMatchObject({
      model_id: 'added-1',
      model_name: 'added',
      litellm_params: { model: 'openai/mock-gpt', api_key: '****' },
      model_info: { id: 'added-1', db_model: true },
      version: expect.stringMatching(/^\d+-[0-9a-f]{12}$/),
    });
    await eventually('the model to serve', async () => (await statusOfChat()) === 200);
    expect(await keyAtProvider()).toBe(`Bearer ${FIRST_KEY}`);
    const { data } = (await gateway.send({ path: '/model/info' })).json<{ data: ModelInfo[] }>();
    const stored = new Map(data.map(({ model_info: info }) => [info.id, info.db_model]));
    expect(Object.fromEntries(stored)).toEqual({ 'of-the-file': false, 'added-1': true });
  });

  it('L1 are changed by what is named, and outlive config-sync', async () => {
    const changed = await send('/model/update', {
      model_info: { id: 'added-1' },
      litellm_params: { api_key: SECOND_KEY },
    });
    expect(changed.status).toBe(200);
    await eventually('the new key', async () => (await keyAtProvider()) === `Bearer ${SECOND_KEY}`);
    expect((await send('/model/added-1/update', { litellm_params: { rpm: 90 } }, 'PATCH')).json()).toMatchObject({
      litellm_params: { rpm: 90, model: 'openai/mock-gpt' },
    });
    await mesh.configSync.restart();
    const reloaded = await eventually('config-sync', async () => {
      const answer = await gateway.send({ method: 'POST', path: '/config/reload' });
      return answer.status === 200 ? answer : undefined;
    });
    expect(reloaded.json()).toMatchObject({ last_error: null });
    expect(await keyAtProvider()).toBe(`Bearer ${SECOND_KEY}`);
  });

  it('L3 a change that is wrong is refused by name and changes nothing', async () => {
    const before = (await gateway.send({ path: '/config/history' })).text;
    const wrong = await make('added-2', { rpm: 'many' });
    expect([wrong.status, wrong.json()]).toMatchObject([400, { error: { param: 'litellm_params.rpm' } }]);
    expect(await make('of-the-file')).toMatchObject({ status: 400 });
    expect(await make('added-1')).toMatchObject({ status: 409 });
    expect(await send('/model/delete', { id: 'of-the-file' })).toMatchObject({ status: 404 });
    expect(await send('/model/update', { model_info: { id: 'nobody' } })).toMatchObject({ status: 404 });
    expect((await gateway.send({ path: '/config/history' })).text).toBe(before);
  });

  it('L1 are gone when they were taken out, and every change is in the log without a secret', async () => {
    expect((await send('/model/delete', { id: 'added-1' })).status).toBe(200);
    await eventually('the model to be gone', async () => [400, 404].includes(await statusOfChat()));
    expect((await send('/model/delete', { id: 'added-1' })).status).toBe(404);
    const log = await gateway.send({ path: '/audit?table_name=stored_model&sort_order=asc' });
    expect(log.json()).toMatchObject({
      audit_logs: [
        { action: 'created', object_id: 'added-1', changed_by: 'master' },
        { action: 'updated', updated_values: { changed_params: ['api_key'] } },
        { action: 'updated', updated_values: { changed_params: ['rpm'] } },
        { action: 'deleted', updated_values: null },
      ],
    });
    await make('added-3');
    const logs = mesh.instances.flatMap((instance) => instance.recentLog);
    const everything = JSON.stringify([answers, log.text, logs, await stored()]);
    for (const key of [FIRST_KEY, SECOND_KEY]) expect(everything).not.toContain(key);
  });
});

async function stored(): Promise<unknown[]> {
  const client = new Client({ connectionString: mesh.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT *, encode(sealed, 'escape') AS text FROM stored_model");
    if (rows.length === 0) throw new Error('nothing is stored');
    return rows;
  } finally {
    await client.end();
  }
}
