// Real: the whole mesh with two edges, PostgreSQL, OpenAI's own client. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import OpenAI, { toFile } from 'openai';
import { Client } from 'pg';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequest, loggedRequests } from './support/spend-logs';
import { configurationYaml } from './support/test-configuration';

type Batch = OpenAI.Batches.Batch;
type Endpoint = OpenAI.Batches.BatchCreateParams['endpoint'];

interface ResultLine {
  readonly id: string;
  readonly custom_id: string;
  readonly response: { status_code: number; request_id: string; body: Record<string, never> } | null;
  readonly error: { code: string; message: string } | null;
}

interface Line {
  readonly custom_id: string;
  readonly url?: string;
  readonly body: Record<string, unknown>;
}

const CHAT = '/v1/chat/completions';
const ENDS = new Set(['completed', 'failed', 'cancelled', 'expired']);
/** Longer than any test. */
const NEVER = '+headers-99999ms';

let mesh: TestMesh;
let gateway: GatewayHttp;
let database: Client;
let gpt: EmulatorControl;
let openAi: OpenAI;
let aliceKey: string;

beforeAll(async () => {
  mesh = await startTestMesh({ instances: { 'edge-api': 2 }, configYaml: configurationYaml() });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi: gpt } = emulatorsOf(mesh));
  aliceKey = await gateway.makeKey({ key_alias: 'alice' });
  ({ openAi } = sdkClients(mesh.url, aliceKey));
  database = new Client(mesh.databaseUrl);
  await database.connect();
});

afterAll(async () => {
  await database?.end();
  await mesh?.stop();
});

const chat = (custom_id: string, model = 'mock-gpt', text = `Say ${custom_id}`): Line => ({
  custom_id,
  body: { model, messages: [{ role: 'user', content: text }] },
});
const jsonl = (lines: readonly Line[], url: string = CHAT) =>
  lines.map((line) => JSON.stringify({ method: 'POST', url, ...line })).join('\n');

async function upload(text: string, client = openAi): Promise<string> {
  return (await client.files.create({ file: await toFile(Buffer.from(text), 'in.jsonl'), purpose: 'batch' })).id;
}

async function start(lines: readonly Line[] | string, endpoint: string = CHAT, client = openAi): Promise<Batch> {
  const input_file_id = await upload(typeof lines === 'string' ? lines : jsonl(lines, endpoint), client);
  return client.batches.create({ input_file_id, endpoint: endpoint as Endpoint, completion_window: '24h' });
}

const ended = (id: string, client = openAi): Promise<Batch> =>
  eventually(`the end of ${id}`, async () => {
    const batch = await client.batches.retrieve(id);
    return ENDS.has(batch.status) ? batch : null;
  });

async function linesOf(id: string | null | undefined, client = openAi): Promise<ResultLine[]> {
  if (!id) return [];
  const text = await (await client.files.content(id)).text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as ResultLine);
}

async function resultsOf(batch: Batch): Promise<{ output: ResultLine[]; errors: ResultLine[] }> {
  const [output, errors] = [await linesOf(batch.output_file_id), await linesOf(batch.error_file_id)];
  expect(batch.request_counts).toMatchObject({ completed: output.length, failed: errors.length });
  return { output, errors };
}

const idsOf = (lines: readonly ResultLine[]) => lines.map((line) => line.custom_id).sort();
const callsOf = async (model: string) => (await gpt.bill()).filter((row) => row.model === model);
const numbered = (count: number, model: string) =>
  Array.from({ length: count }, (_line, index) => chat(`line-${index}`, model));

/** The edge that works on a batch. */
async function holderOf(id: string) {
  const name = await eventually(`somebody to work on ${id}`, async () => {
    const { rows } = await database.query('SELECT lease_holder FROM batch WHERE id = $1', [id]);
    return rows[0]?.lease_holder as string | null;
  });
  const edge = mesh.edges.find((one) => one.name === name);
  if (!edge) throw new Error(`${name} is no edge`);
  return edge;
}

describe('A6 /v1/batches', () => {
  it('OpenAI’s client uploads, creates, waits and reads the answers, of every provider', async () => {
    const lines = [
      chat('a'),
      chat('b', 'mock-claude'),
      chat('c', 'mock-gemini'),
      chat('d', 'mock-gpt', 'Zürich 東京 🌊'),
    ];
    const input_file_id = await upload(jsonl(lines));
    const made = await openAi.batches.create({
      input_file_id,
      endpoint: CHAT,
      completion_window: '24h',
      metadata: { project: 'rivers' },
    });
    expect(made).toMatchObject({
      object: 'batch',
      endpoint: CHAT,
      input_file_id,
      completion_window: '24h',
      errors: null,
      output_file_id: null,
      error_file_id: null,
      metadata: { project: 'rivers' },
    });
    expect(made.id).toMatch(/^batch_/);
    expect(Number(made.expires_at) - made.created_at).toBe(86_400);
    const batch = await ended(made.id);
    expect(batch).toMatchObject({ status: 'completed', error_file_id: null, request_counts: { total: 4 } });
    for (const time of [batch.in_progress_at, batch.finalizing_at, batch.completed_at])
      expect(time).toBeGreaterThanOrEqual(made.created_at);
    expect([batch.failed_at, batch.cancelled_at, batch.expired_at]).toEqual([null, null, null]);
    const { output } = await resultsOf(batch);
    expect(idsOf(output)).toEqual(['a', 'b', 'c', 'd']);
    for (const line of output) {
      expect(line.error).toBeNull();
      expect(line.id).toMatch(/^batch_req_/);
      const answer = line.response?.body as unknown as OpenAI.ChatCompletion;
      const [asked] = lines.filter(({ custom_id }) => custom_id === line.custom_id);
      expect(answer.model).toBe(asked?.body.model);
      expect(answer.choices[0]?.message.content).toContain(
        line.custom_id === 'd' ? '東京 🌊' : `Say ${line.custom_id}`,
      );
      const row = await loggedRequest(gateway, String(line.response?.request_id));
      expect(row).toMatchObject({ key_alias: 'alice', call_type: 'acompletion', status: 'success', batch_id: made.id });
      expect(row.spend_nano_usd).toBeGreaterThan(0);
    }
    const booked = await loggedRequests(gateway, `batch_id=${made.id}`);
    expect(booked.map((row) => row.request_id).sort()).toEqual(
      output.map((line) => String(line.response?.request_id)).sort(),
    );
    const file = await openAi.files.retrieve(String(batch.output_file_id));
    expect(file).toMatchObject({ purpose: 'batch_output', filename: `${batch.id}_output.jsonl` });
    expect(Number(file.expires_at) - file.created_at).toBeGreaterThanOrEqual(30 * 86_400 - 1);
  });

  it.each<readonly [string, Record<string, unknown>, (body: Record<string, never>) => unknown, unknown]>([
    ['/v1/embeddings', { model: 'mock-gpt', input: 'embed me' }, ({ object }) => object, 'list'],
    ['/v1/responses', { model: 'mock-claude', input: 'respond' }, ({ object }) => object, 'response'],
    ['/v1/moderations', { model: 'mock-gpt', input: 'moderate' }, ({ results }) => Array.isArray(results), true],
    [
      '/v1/messages',
      { model: 'mock-gpt', max_tokens: 20, messages: [{ role: 'user', content: 'hi' }] },
      ({ type }) => type,
      'message',
    ],
  ])('%s is an endpoint, too', async (endpoint, body, pick, expected) => {
    const batch = await ended((await start([{ custom_id: 'one', body }], endpoint)).id);
    const { output } = await resultsOf(batch);
    expect(pick(output[0]?.response?.body ?? {})).toEqual(expected);
  });

  it('a line that is refused or fails is in the error file, with its answer, and the others go on', async () => {
    const batch = await ended(
      (await start([chat('good'), chat('unknown', 'nobody'), chat('down', 'mock-gpt-down+status-500')])).id,
    );
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 1, failed: 2 } });
    const { output, errors } = await resultsOf(batch);
    expect(idsOf(output)).toEqual(['good']);
    const byId = new Map(errors.map((line) => [line.custom_id, line]));
    expect(byId.get('unknown')).toMatchObject({
      error: null,
      response: { status_code: 404, body: { error: { code: 'model_not_found' } } },
    });
    expect(byId.get('down')).toMatchObject({ error: null, response: { status_code: 502 } });
  });

  it('what is refused for a reason that passes is asked again', async () => {
    const model = 'mock-gpt-busy+status-429+retry-after-1s+times-1';
    const batch = await ended((await start([chat('patient', model)])).id);
    expect((await resultsOf(batch)).output).toHaveLength(1);
    expect(await callsOf(model)).toHaveLength(2);
  });

  it('E4 a line may use what the key may, and no more', async () => {
    const { openAi: limited } = sdkClients(mesh.url, await gateway.makeKey({ models: ['mock-gpt'] }));
    const batch = await ended((await start([chat('a'), chat('b', 'mock-claude')], CHAT, limited)).id, limited);
    const [refused] = await linesOf(batch.error_file_id, limited);
    expect(refused).toMatchObject({ custom_id: 'b', response: { status_code: 403 } });
  });

  it('an input with faults fails before anything is called, and says every line', async () => {
    const model = 'mock-gpt-never-called';
    const good = (id: string) => JSON.stringify({ method: 'POST', url: CHAT, ...chat(id, model) });
    const change = (id: string, fields: object) => JSON.stringify({ ...JSON.parse(good(id)), ...fields });
    const text = [
      good('one'),
      'not json',
      '',
      good('one'),
      change('m', { method: 'GET' }),
      change('u', { url: '/v1/embeddings' }),
      change('x', { custom_id: '' }),
      change('b', { body: 'text' }),
      change('s', { body: { model, stream: true, messages: [] } }),
      change('z', { extra: 1 }),
    ].join('\r\n');
    const batch = await ended((await start(text)).id);
    expect(batch).toMatchObject({ status: 'failed', output_file_id: null, error_file_id: null });
    expect(batch.failed_at).toBeGreaterThanOrEqual(batch.created_at);
    expect(batch.errors?.data?.map(({ code, line, param }) => [line, code, param])).toEqual([
      [2, 'invalid_json_line', null],
      [4, 'duplicate_custom_id', 'custom_id'],
      [5, 'invalid_method', 'method'],
      [6, 'mismatched_endpoint', 'url'],
      [7, 'missing_required_parameter', 'custom_id'],
      [8, 'missing_required_parameter', 'body'],
      [9, 'unsupported_parameter', 'body.stream'],
      [10, 'unknown_parameter', 'extra'],
    ]);
    expect(await callsOf(model)).toEqual([]);
    const empty = await ended((await start('\n\n')).id);
    expect(empty.errors?.data).toMatchObject([{ code: 'empty_file' }]);
  });

  it('cancelled, it stops soon, keeps what was done, and says which lines were not', async () => {
    const made = await start([chat('quick'), ...numbered(40, `mock-gpt-cancel${NEVER}`)]);
    await eventually('the quick line to be stored', async () => {
      return (await openAi.batches.retrieve(made.id)).request_counts?.completed === 1;
    });
    const cancelling = await openAi.batches.cancel(made.id);
    expect(cancelling.status).toBe('cancelling');
    expect(cancelling.cancelling_at).toBeGreaterThanOrEqual(made.created_at);
    const batch = await ended(made.id);
    expect(batch).toMatchObject({ status: 'cancelled', errors: null });
    expect(batch.cancelled_at).toBeGreaterThanOrEqual(made.created_at);
    const { output, errors } = await resultsOf(batch);
    expect(idsOf(output)).toEqual(['quick']);
    expect(idsOf(errors)).toEqual(
      numbered(40, '')
        .map(({ custom_id }) => custom_id)
        .sort(),
    );
    expect(new Set(errors.map((line) => line.error?.code))).toEqual(new Set(['batch_cancelled']));
    await eventually('the calls to be broken off', async () =>
      (await callsOf(`mock-gpt-cancel${NEVER}`)).every((row) => row.cancelledByClient),
    );
    await expect(openAi.batches.cancel(made.id)).rejects.toMatchObject({ status: 409, param: 'batch_id' });
  });

  it('expired, it keeps what was done, and says which lines were not', async () => {
    const made = await start([chat('quick'), ...numbered(20, `mock-gpt-expire${NEVER}`)]);
    await eventually('the quick line to be stored', async () => {
      return (await openAi.batches.retrieve(made.id)).request_counts?.completed === 1;
    });
    await database.query('UPDATE batch SET expires_at = now() WHERE id = $1', [made.id]);
    const batch = await ended(made.id);
    expect(batch.status).toBe('expired');
    expect(batch.expired_at).toBeGreaterThanOrEqual(made.created_at);
    const { output, errors } = await resultsOf(batch);
    expect(idsOf(output)).toEqual(['quick']);
    expect(errors).toHaveLength(20);
    expect(new Set(errors.map((line) => line.error?.code))).toEqual(new Set(['batch_expired']));
  });

  it('E3 when its key is revoked, it ends and says so', async () => {
    const key = await gateway.makeKey({ user_id: 'dora' });
    const { openAi: dora } = sdkClients(mesh.url, await gateway.makeKey({ user_id: 'dora' }));
    const { openAi: doomed } = sdkClients(mesh.url, key);
    const model = 'mock-gpt-doomed+chunks-200ms';
    const made = await start(numbered(300, model), CHAT, doomed);
    await eventually('it to be under way', async () => (await callsOf(model)).length > 0);
    await gateway.send({ path: '/key/delete', body: { keys: [key] } });
    const batch = await ended(made.id, dora);
    expect(batch.status).toBe('failed');
    expect(batch.errors?.data).toMatchObject([{ code: 'invalid_api_key', message: expect.stringMatching(/revoked/) }]);
    const [output, errors] = [await linesOf(batch.output_file_id, dora), await linesOf(batch.error_file_id, dora)];
    expect(idsOf([...output, ...errors])).toEqual(idsOfNumbered(300));
    expect(errors.at(-1)).toMatchObject({ response: null, error: { code: 'invalid_api_key' } });
  });

  it.each([
    ['killed', 'SIGKILL'],
    ['stopped', 'SIGTERM'],
  ] as const)(
    'an edge that is %s in the middle: another goes on, and no line is lost or answered twice',
    async (what, signal) => {
      const model = `mock-gpt-${what}+chunks-50ms`;
      const made = await start(numbered(120, model));
      const client = new OpenAI({ baseURL: `${mesh.edges[1]?.httpUrl}/v1`, apiKey: aliceKey, maxRetries: 0 });
      const answered = () =>
        eventually('some lines to be stored', async () => {
          const [row] = (await database.query('SELECT completed FROM batch WHERE id = $1', [made.id])).rows;
          return row.completed > 10;
        });
      await answered();
      const holder = await holderOf(made.id);
      if (signal === 'SIGTERM') await holder.restart();
      else holder.kill();
      await Promise.all(mesh.edges.map((edge) => edge.ready()));
      const batch = await ended(made.id, client);
      expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 120 } });
      const { rows } = await database.query('SELECT fence FROM batch WHERE id = $1', [made.id]);
      expect(Number(rows[0].fence)).toBeGreaterThan(1);
      const { output, errors } = await resultsOf(batch);
      expect(errors).toEqual([]);
      expect(idsOf(output)).toEqual(idsOfNumbered(120));
      expect((await callsOf(model)).length).toBeGreaterThanOrEqual(120);
    },
  );

  it('E1 another key sees nothing of it; the master key does', async () => {
    const made = await start([chat('a')]);
    const { openAi: bob } = sdkClients(mesh.url, await gateway.makeKey({ key_alias: 'bob' }));
    for (const call of [bob.batches.retrieve(made.id), bob.batches.cancel(made.id)])
      await expect(call).rejects.toMatchObject({ status: 404, param: 'batch_id' });
    expect((await bob.batches.list()).data).toEqual([]);
    await expect(
      bob.batches.create({ input_file_id: made.input_file_id, endpoint: CHAT, completion_window: '24h' }),
    ).rejects.toMatchObject({ status: 404, param: 'input_file_id' });
    const batch = await ended(made.id);
    await expect(bob.files.content(String(batch.output_file_id))).rejects.toMatchObject({ status: 404 });
    const { openAi: master } = sdkClients(mesh.url, mesh.masterKey);
    expect((await master.batches.retrieve(made.id)).id).toBe(made.id);
  });

  it('lists the newest first, and OpenAI’s client goes through all of them', async () => {
    const { openAi: erin } = sdkClients(mesh.url, await gateway.makeKey({ key_alias: 'erin' }));
    const made: string[] = [];
    for (const id of ['a', 'b', 'c']) made.unshift((await start([chat(id)], CHAT, erin)).id);
    const walked: string[] = [];
    for await (const { id } of erin.batches.list({ limit: 2 })) walked.push(id);
    expect(walked).toEqual(made);
    await Promise.all(made.map((id) => ended(id, erin)));
  });

  it('its input cannot be deleted before it has ended', async () => {
    const made = await start(numbered(5, `mock-gpt-used${NEVER}`));
    await expect(openAi.files.delete(made.input_file_id)).rejects.toMatchObject({ status: 409, param: 'file_id' });
    await openAi.batches.cancel(made.id);
    await ended(made.id);
    expect((await openAi.files.delete(made.input_file_id)).deleted).toBe(true);
  });

  it.each([
    ['input_file_id', 404, { input_file_id: 'file-none' }],
    ['input_file_id', 400, { input_file_id: 7 }],
    ['input_file_id', 400, { input_file_id: undefined }],
    ['endpoint', 400, { endpoint: '/v1/nothing' }],
    ['endpoint', 400, { endpoint: '/v1/audio/speech' }],
    ['endpoint', 400, { endpoint: '/v1/images/edits' }],
    ['completion_window', 400, { completion_window: '1h' }],
    ['metadata', 400, { metadata: 'text' }],
    ['metadata', 400, { metadata: Object.fromEntries(Array.from({ length: 17 }, (_pair, at) => [`k${at}`, 'v'])) }],
    ['metadata.long', 400, { metadata: { long: 'x'.repeat(513) } }],
    ['output_expires_after.seconds', 400, { output_expires_after: { anchor: 'created_at', seconds: 5 } }],
    ['priority', 400, { priority: 1 }],
  ])('refuses a bad %s with %i', async (param, status, fields) => {
    const input_file_id = await upload(jsonl([chat('a')]));
    const answer = await gateway.send({
      path: '/v1/batches',
      key: aliceKey,
      body: { input_file_id, endpoint: CHAT, completion_window: '24h', ...fields },
    });
    expect([answer.status, answer.json<{ error: { param: string } }>().error.param]).toEqual([status, param]);
  });

  it('refuses a file that is none for batches, and lists with odd limits', async () => {
    const file = await openAi.files.create({ file: await toFile(Buffer.from('{}'), 'a'), purpose: 'user_data' });
    await expect(
      openAi.batches.create({ input_file_id: file.id, endpoint: CHAT, completion_window: '24h' }),
    ).rejects.toMatchObject({ status: 400, param: 'input_file_id' });
    for (const query of ['limit=0', 'limit=101', 'after=batch_none'])
      expect((await gateway.send({ path: `/v1/batches?${query}` })).status).toBe(400);
  });

  it('counts batches and their lines', async () => {
    const texts = await Promise.all(
      mesh.edges.map(async ({ httpUrl }) => {
        const edge = new GatewayHttp(httpUrl, mesh.masterKey);
        return (await edge.send({ path: '/metrics' })).text;
      }),
    );
    expect(texts.join('')).toMatch(/gateway_batches_total\{status="completed"[^}]*\} [1-9]/);
    expect(texts.join('')).toMatch(/gateway_batch_lines_total\{outcome="completed"[^}]*\} [1-9]/);
  });
});

function idsOfNumbered(count: number): string[] {
  return numbered(count, '')
    .map(({ custom_id }) => custom_id)
    .sort();
}
