// Real: the whole mesh with two ledgers, PostgreSQL, NATS, Redis, AWS's client, and a server that takes webhooks. Emulated: OpenAI, S3, Langfuse.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { Database } from '@gateway/storage';
import { eventually, S3Emulator } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, gptModel, PRICE } from './support/test-configuration';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const MODEL = 'mock-gpt-alerts+tokens-20';
const MOST_TOKENS = 20;

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let mesh: TestMesh;
let gateway: GatewayHttp;
let server: Server;
const received: Received[] = [];
/** What Langfuse was sent, and whether it is there. */
const langfuse = { accepted: [] as string[], refused: 0, isAway: true };
const s3 = new S3Emulator({ buckets: ['books'], keys: { 'an id': 'a secret' } });
let origin: string;
let webhook: object;

const yaml = (more: object = {}) =>
  configurationYaml([gptModel('mock-gpt*')], { alerts: { webhooks: [webhook], budget_shares: [] }, ...more });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/api/public/ingestion') {
      if (langfuse.isAway) langfuse.refused += 1;
      else langfuse.accepted.push(body);
      response.writeHead(langfuse.isAway ? 503 : 207).end('{}');
      return;
    }
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  webhook = { name: 'ops', url: `${origin}/hook`, secret: 'os.environ/ALERT_SECRET', network: 'any' };
  mesh = await startTestMesh({
    configYaml: yaml(),
    instances: { 'cost-ledger': 2 },
    extraServiceEnvironment: {
      'cost-ledger': { ALERT_SECRET: SECRET, S3_ID: 'an id', S3_SECRET: 'a secret', PK: 'pk', SK: 'sk' },
    },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  await mesh?.stop();
  await s3.stop();
  server?.closeAllConnections();
  server?.close();
});

interface ListedAlert {
  readonly id: string;
  readonly kind: string;
  readonly data: Record<string, unknown>;
  readonly deliveries: readonly { readonly webhook: string; readonly state: string; readonly attempts: number }[];
}

async function listed(query = ''): Promise<readonly ListedAlert[]> {
  const answer = await gateway.send({ path: `/v1/gateway/alerts${query}` });
  return answer.json<{ data: readonly ListedAlert[] }>().data;
}

describe('alerts', () => {
  it('E1 a soft budget that is crossed is told of once, by a webhook that proves who sent it', async () => {
    const call = MOST_TOKENS * PRICE.gpt.completionNanoUsd;
    // After the second call; with and without a budget that must hold.
    const soft = (call * 1.5) / 1e9;
    const keys = [
      await gateway.makeKey({ key_alias: 'with a maximum', soft_budget: soft, max_budget: 1 }),
      await gateway.makeKey({ key_alias: 'soft alone', soft_budget: soft }),
    ];
    for (const key of keys) {
      for (let calls = 0; calls < 3; calls += 1) {
        const body = { model: MODEL, messages: [{ role: 'user', content: 'Please write.' }], max_tokens: MOST_TOKENS };
        expect((await gateway.chat(body, { key })).status).toBe(200);
      }
    }
    await eventually('both alerts', () => received.length >= 2);
    await eventually('the word that they arrived', async () =>
      (await listed()).every(({ deliveries }) => deliveries[0]?.state === 'delivered'),
    );
    const alerts = await listed('?kind=soft_budget');
    expect(alerts.map(({ data }) => (data.account as { name: string }).name).sort()).toEqual([
      'soft alone',
      'with a maximum',
    ]);
    expect(received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(alerts.map(({ id }) => id).sort());
    const client = new OpenAI({ apiKey: 'unused' });
    for (const { headers, body } of received) {
      await client.webhooks.verifySignature(body, headers, SECRET);
      expect(JSON.parse(body)).toMatchObject({ type: 'alert.soft_budget', data: { limit: 'soft_budget' } });
    }
  });

  it('I2 an administrator may send a sample; others neither send nor see any', async () => {
    const answer = await gateway.send({ method: 'POST', path: '/v1/gateway/alerts/test' });
    expect([answer.status, answer.json().kind]).toEqual([202, 'test']);
    const { id } = answer.json<{ id: string }>();
    await eventually('the sample', () => received.some(({ headers }) => headers['webhook-id'] === id));
    const key = await gateway.makeKey();
    expect((await gateway.send({ path: '/v1/gateway/alerts', key })).status).toBe(403);
    expect((await gateway.send({ method: 'POST', path: '/v1/gateway/alerts/test', key })).status).toBe(403);
    expect((await gateway.send({ path: '/v1/gateway/alerts?delivery=lost' })).status).toBe(400);
  });
});

describe('exports', () => {
  /** Makes all that is in the books old enough to be sent, by targets that begin an hour ago. */
  async function age(): Promise<void> {
    const database = new Database({ databaseUrl: mesh.databaseUrl, applicationName: 'exports e2e' });
    await database.query("UPDATE ledger_request SET recorded_at = now() - interval '10 minutes'");
    await database.query(
      "INSERT INTO export_cursor (target, position_at) SELECT unnest(ARRAY['s3', 'langfuse']), now() - interval '1 hour'",
    );
    await database.close();
  }

  const inS3 = () =>
    s3.shelf
      .objectsOf('books')
      .flatMap(({ bytes }) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n'))
      .map((line) => (JSON.parse(line) as { request_id: string }).request_id);
  const inLangfuse = () =>
    langfuse.accepted
      .flatMap((body) => (JSON.parse(body) as { batch: { type: string; body: { id: string } }[] }).batch)
      .filter(({ type }) => type === 'trace-create')
      .map(({ body }) => body.id);

  it('D7 every finished request reaches S3 and Langfuse once, also those that came while neither was there', async () => {
    const ids: string[] = [];
    for (const model of [MODEL, MODEL, 'mock-gpt-alerts+status-400']) {
      const { headers } = await gateway.chat({ model, messages: [{ role: 'user', content: 'Hi' }] });
      ids.push(String(headers['x-request-id']));
    }
    for (const id of ids) await loggedRequest(gateway, id);
    await age();
    s3.addFault({ status: 503 });
    const keys = { access_key_id: 'os.environ/S3_ID', secret_access_key: 'os.environ/S3_SECRET' };
    writeFileSync(
      mesh.configPath,
      yaml({
        exports: {
          s3: { bucket: 'books', endpoint: await s3.start(), ...keys },
          langfuse: { host: origin, public_key: 'os.environ/PK', secret_key: 'os.environ/SK', network: 'any' },
        },
      }),
    );
    await eventually('both to be asked in vain', () => s3.requests().length > 0 && langfuse.refused > 0);
    expect([inS3(), inLangfuse()]).toEqual([[], []]);
    s3.clearFaults();
    langfuse.isAway = false;
    const hasAll = (sent: readonly string[]) => ids.every((id) => sent.includes(id));
    await eventually('all of them at both', () => hasAll(inS3()) && hasAll(inLangfuse()));
    for (const sent of [inS3(), inLangfuse()]) expect(sent).toHaveLength(new Set(sent).size);
  });
});
