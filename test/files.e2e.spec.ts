// Real: the whole mesh, PostgreSQL, OpenAI's own client.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import OpenAI, { toFile } from 'openai';
import { Client } from 'pg';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { configurationYaml } from './support/test-configuration';

const LIMIT = 5_000_000;

let mesh: TestMesh;
let gateway: GatewayHttp;
let alice: OpenAI;
let bob: OpenAI;
let database: Client;

beforeAll(async () => {
  mesh = await startTestMesh({
    instances: { 'edge-api': 2 },
    configYaml: configurationYaml(),
    extraEnvironment: { LLM_GATEWAY_MAX_FILE_BYTES: String(LIMIT) },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi: alice } = sdkClients(mesh.url, await gateway.makeKey({ key_alias: 'alice' })));
  ({ openAi: bob } = sdkClients(mesh.url, await gateway.makeKey({ key_alias: 'bob' })));
  database = new Client(mesh.databaseUrl);
  await database.connect();
});

afterAll(async () => {
  await database?.end();
  await mesh?.stop();
});

const fileOf = (bytes: Uint8Array | string, name = 'lines.jsonl') => toFile(Buffer.from(bytes), name);
const rows = async () => Number((await database.query('SELECT count(*) FROM stored_file')).rows[0].count);

const BOUNDARY = 'b0undary';
const form = (...parts: readonly (readonly [head: string, text: string])[]) =>
  `${parts.map(([head, text]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`).join('')}--${BOUNDARY}--\r\n`;
const FILE = ['name="file"; filename="a.jsonl"', '{}'] as const;
const PURPOSE = ['name="purpose"', 'batch'] as const;
const send = (body: string, more: { key?: string | null; path?: string } = {}) =>
  gateway.send({
    path: '/v1/files',
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body,
    ...more,
  });

describe('A6 /v1/files', () => {
  it('OpenAI’s client uploads, reads, lists and deletes, through any edge', async () => {
    const bytes = randomBytes(3_500_000);
    const file = await alice.files.create({ file: await fileOf(bytes, 'naïve.bin'), purpose: 'user_data' });
    expect(file).toMatchObject({
      object: 'file',
      bytes: bytes.length,
      filename: 'naïve.bin',
      purpose: 'user_data',
      status: 'processed',
    });
    expect(file.id).toMatch(/^file-/);
    expect(file).not.toHaveProperty('expires_at');
    const elsewhere = new OpenAI({ baseURL: `${mesh.edges[1]?.httpUrl}/v1`, apiKey: alice.apiKey, maxRetries: 0 });
    expect(await elsewhere.files.retrieve(file.id)).toEqual(file);
    const answer = await elsewhere.files.content(file.id);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    const digest = createHash('sha256').update(bytes).digest('base64');
    expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    expect(await alice.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(alice.files.retrieve(file.id)).rejects.toMatchObject({ status: 404, param: 'file_id' });
    await expect(alice.files.content(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it('lists in pages, by purpose, and OpenAI’s client goes through all of them', async () => {
    const made: string[] = [];
    for (const purpose of ['batch', 'vision', 'batch', 'batch', 'vision'] as const)
      made.push((await alice.files.create({ file: await fileOf('{}'), purpose })).id);
    const walked: string[] = [];
    for await (const { id } of alice.files.list({ limit: 2, order: 'asc' })) walked.push(id);
    expect(walked).toEqual(made);
    const page = await alice.files.list({ purpose: 'vision' });
    expect(page.data.map(({ id }) => id)).toEqual([made[4], made[1]]);
    const { json } = await gateway.send({ path: '/v1/files?purpose=vision&limit=1', key: alice.apiKey });
    expect(json()).toMatchObject({ object: 'list', first_id: made[4], last_id: made[4], has_more: true });
    await Promise.all(made.map((id) => alice.files.delete(id)));
  });

  it('expires files of batches after 30 days, and others when asked to', async () => {
    const batch = await alice.files.create({ file: await fileOf('{}'), purpose: 'batch' });
    expect(Number(batch.expires_at) - batch.created_at).toBeGreaterThanOrEqual(30 * 86_400 - 1);
    const short = await alice.files.create({
      file: await fileOf('{}'),
      purpose: 'user_data',
      expires_after: { anchor: 'created_at', seconds: 3_600 },
    });
    const keptSeconds = Number(short.expires_at) - short.created_at;
    expect(keptSeconds).toBeGreaterThanOrEqual(3_599);
    expect(keptSeconds).toBeLessThanOrEqual(3_700);
    await database.query('UPDATE stored_file SET expires_at = now() WHERE id = $1', [short.id]);
    await expect(alice.files.retrieve(short.id)).rejects.toMatchObject({ status: 404 });
  });

  it('E1 shows nobody the files of another key; the master key sees all, a user’s keys share theirs', async () => {
    const { id } = await alice.files.create({ file: await fileOf('secret'), purpose: 'user_data' });
    for (const call of [bob.files.retrieve(id), bob.files.content(id), bob.files.delete(id)])
      await expect(call).rejects.toMatchObject({ status: 404 });
    expect((await bob.files.list()).data).toEqual([]);
    const { openAi: master } = sdkClients(mesh.url, mesh.masterKey);
    expect(await (await master.files.content(id)).text()).toBe('secret');
    expect((await master.files.list()).data.map((file) => file.id)).toContain(id);
    const keys = await Promise.all([1, 2].map(() => gateway.makeKey({ user_id: 'carol' })));
    const [one, other] = keys.map((key) => sdkClients(mesh.url, key).openAi);
    const hers = await one!.files.create({ file: await fileOf('hers'), purpose: 'user_data' });
    expect((await other!.files.retrieve(hers.id)).id).toBe(hers.id);
  });

  it('refuses a file that is too large with 413, announced or not, and keeps none of it', async () => {
    const before = await rows();
    const tooLarge = { status: 413, param: 'file', code: 'payload_too_large' };
    const file = await fileOf(Buffer.alloc(LIMIT + 1));
    await expect(alice.files.create({ file, purpose: 'user_data' })).rejects.toMatchObject(tooLarge);
    const announced = await gateway.send({
      path: '/v1/files',
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: Buffer.alloc(LIMIT + 100_000),
    });
    expect(announced.status).toBe(413);
    await eventually('nothing to be left', async () => {
      const { rows: open } = await database.query("SELECT 1 FROM stored_file WHERE state = 'uploading'");
      return open.length === 0;
    });
    const { rows: visible } = await database.query("SELECT 1 FROM stored_file WHERE state = 'stored' AND bytes >= $1", [
      LIMIT,
    ]);
    expect(visible).toEqual([]);
    expect(await rows()).toBeGreaterThanOrEqual(before);
  });

  it('an upload that breaks off leaves nothing behind', async () => {
    const { hostname, port } = new URL(mesh.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice.apiKey}\r\ncontent-length: 4000000\r\n` +
        `content-type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; ${FILE[0]}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(2_500_000));
    const open = async () =>
      (
        await database.query(
          "SELECT id FROM stored_file JOIN stored_file_piece ON file_id = id WHERE state = 'uploading'",
        )
      ).rows;
    await eventually('pieces of it to be stored', async () => (await open()).length > 0);
    socket.destroy();
    await eventually('it to be given up', async () => (await open()).length === 0);
  });

  it.each([
    ['no file', form(PURPOSE), 'file'],
    ['two files', form(FILE, FILE, PURPOSE), 'file'],
    ['a file that is text', form(['name="file"', 'x'], PURPOSE), 'file'],
    ['no purpose', form(FILE), 'purpose'],
    ['a purpose that is none', form(FILE, ['name="purpose"', 'fun']), 'purpose'],
    ['a purpose that only batches have', form(FILE, ['name="purpose"', 'batch_output']), 'purpose'],
    ['a purpose twice', form(FILE, PURPOSE, PURPOSE), 'purpose'],
    ['a long field', form(FILE, ['name="purpose"', 'x'.repeat(2_000)]), 'purpose'],
    ['another field', form(FILE, PURPOSE, ['name="metadata"', 'x']), 'metadata'],
    ['a file as another field', form(FILE, PURPOSE, ['name="image"; filename="a"', 'x']), 'image'],
    ['another anchor', form(FILE, PURPOSE, ['name="expires_after[anchor]"', 'now']), 'expires_after.anchor'],
    [
      'too short a time',
      form(FILE, PURPOSE, ['name="expires_after[anchor]"', 'created_at'], ['name="expires_after[seconds]"', '60']),
      'expires_after.seconds',
    ],
  ])('refuses %s by the field’s name', async (_what, body, param) => {
    const answer = await send(body);
    expect([answer.status, answer.json<{ error: { param: string } }>().error.param]).toEqual([400, param]);
  });

  it('refuses what is no form, and who has no key, before reading on', async () => {
    expect((await gateway.send({ path: '/v1/files', body: { file: 'x' } })).status).toBe(415);
    expect((await send(form(FILE, PURPOSE).slice(0, -10))).status).toBe(400);
    expect((await send('nonsense')).status).toBe(400);
    expect((await send(form(FILE, PURPOSE), { key: null })).status).toBe(401);
    expect((await send(form(FILE), { path: '/key/generate' })).status).toBe(415);
    for (const query of ['limit=0', 'limit=x', 'order=up', 'after=file-none']) {
      const answer = await gateway.send({ path: `/v1/files?${query}` });
      expect([answer.status, answer.json<{ error: { param: string } }>().error.param]).toEqual([
        400,
        query.slice(0, query.indexOf('=')),
      ]);
    }
  });

  it('counts uploads', async () => {
    const { text } = await gateway.send({ path: '/metrics', key: null });
    expect(text).toMatch(/gateway_file_uploads_total\{outcome="stored"[^}]*\} [1-9]/);
    expect(text).toMatch(/gateway_file_uploads_total\{outcome="failed"[^}]*\} [1-9]/);
  });
});
