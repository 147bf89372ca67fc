// Real: the whole mesh with two edges, PostgreSQL, NATS, Redis. Emulated: the providers.
import { createHash, randomBytes } from 'node:crypto';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { Client } from 'pg';
import { emulatorsOf } from './support/emulator-control';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml } from './support/test-configuration';

/** The promise for a revoked key is one second; with room for a slow machine, and far from the caches' minute. */
const REVOKED_EVERYWHERE_WITHIN_MS = 20_000;

const CHAT = { model: 'mock-gpt', messages: [{ role: 'user', content: 'Please write 3 tokens' }] };
const MESSAGES = { ...CHAT, model: 'mock-claude', max_tokens: 10 };

/** Every route that asks for a key, and the shape its errors have. */
const ROUTES = [
  { method: 'POST', path: '/v1/chat/completions', body: CHAT, wire: 'openai' },
  { method: 'POST', path: '/chat/completions', body: CHAT, wire: 'openai' },
  { method: 'POST', path: '/v1/messages', body: MESSAGES, wire: 'anthropic' },
  { method: 'POST', path: '/messages', body: MESSAGES, wire: 'anthropic' },
  { method: 'GET', path: '/v1/models', body: undefined, wire: 'openai' },
  { method: 'GET', path: '/models', body: undefined, wire: 'openai' },
  { method: 'POST', path: '/key/generate', body: {}, wire: 'openai' },
  { method: 'GET', path: '/key/info', body: undefined, wire: 'openai' },
  { method: 'POST', path: '/key/delete', body: { keys: ['sk-nobody'] }, wire: 'openai' },
  { method: 'GET', path: '/spend/logs', body: undefined, wire: 'openai' },
  { method: 'GET', path: '/spend/keys', body: undefined, wire: 'openai' },
] as const;

let mesh: TestMesh;
let gateway: GatewayHttp;
let edges: readonly GatewayHttp[];

beforeAll(async () => {
  mesh = await startTestMesh({ configYaml: configurationYaml(), instances: { 'edge-api': 2 } });
  edges = mesh.edges.map((edge) => new GatewayHttp(edge.httpUrl, mesh.masterKey));
  gateway = edges[0] as GatewayHttp;
});

afterAll(() => mesh?.stop());

function expectUnauthorized(answer: GatewayAnswer, wire: 'openai' | 'anthropic'): void {
  expect(answer.status).toBe(401);
  if (wire === 'anthropic') {
    expect(answer.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
  } else {
    expect(answer.json()).toMatchObject({ error: { type: 'authentication_error', code: expect.any(String) } });
  }
}

/** A key as its owner sends it: what HTTP allows in a header. */
const headerText = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 80,
  }),
  fc.string({ unit: fc.constantFrom(...'sk-\'";%_\\/*$. \t'), minLength: 1, maxLength: 40 }).map((text) => text.trim()),
  fc.string({
    unit: fc
      .integer({ min: 0x21, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 60,
  }),
  fc.constantFrom('undefined', 'null', 'Bearer', 'sk-', 'constructor', '__proto__', '0'.repeat(64), 'a'.repeat(2_000)),
);

describe('Property 2: authentication', () => {
  it('whatever is not a live key is refused on every route, in the words of its wire', async () => {
    const live = await gateway.makeKey();
    const near = fc
      .integer({ min: 1, max: live.length - 1 })
      .chain((length) =>
        fc.constantFrom(live.slice(0, length), `${live}${live.slice(-length)}`, live.slice(length), live.toUpperCase()),
      );
    const hash = createHash('sha256').update(live).digest('hex');
    const route = fc.constantFrom(...ROUTES);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(headerText, near, fc.constant(hash)),
        route,
        fc.constantFrom('bearer', 'authorization', 'x-api-key'),
        async (text, { method, path, body, wire }, place) => {
          fc.pre(text !== live && text !== mesh.masterKey);
          const headers: Record<string, string> =
            place === 'bearer' ? { authorization: `Bearer ${text}` } : { [place]: text };
          expectUnauthorized(await gateway.send({ method, path, body, key: null, headers }), wire);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(ROUTES)('no key at all: $method $path', async ({ method, path, body, wire }) => {
    expectUnauthorized(await gateway.send({ method, path, body, key: null }), wire);
    expectUnauthorized(await gateway.send({ method, path, body, key: null, headers: { authorization: '' } }), wire);
  });

  it('keys that share a beginning never meet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 40 }), fc.nat({ max: 40 }), async (shared, own) => {
        const beginning = `sk-${randomBytes(32)
          .toString('hex')
          .slice(0, 16 + shared)}`;
        const keys = [beginning, `${beginning}a`, `${beginning}${'b'.repeat(own + 1)}`];
        for (const [index, key] of keys.entries()) {
          await gateway.makeKey({ key, key_alias: `${key}-${index}`, models: index === 2 ? ['mock-claude'] : [] });
        }
        const [first = '', second = '', third = ''] = keys;
        expect(await statuses(keys)).toEqual([200, 200, 403]);
        await revoke(second);
        expect(await statuses([second])).toEqual([401]);
        expect(await statuses([first, third])).toEqual([200, 403]);
        const infos = await Promise.all([first, third].map((key) => gateway.send({ path: '/key/info', key })));
        expect(infos.map((info) => info.json<{ info: { key_alias: string } }>().info.key_alias)).toEqual([
          `${first}-0`,
          `${third}-2`,
        ]);
      }),
      { numRuns: 8 },
    );
  });

  it('takes a key from `Authorization` and from `x-api-key`; the first one decides when both are there', async () => {
    const key = await gateway.makeKey();
    const ask = (headers: Record<string, string>) => gateway.chat(CHAT, { key: null, headers });
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await ask({ authorization: `bearer   ${key}` })).status).toBe(200);
    expect((await ask({ 'x-api-key': key })).status).toBe(200);
    expect((await ask({ authorization: 'Bearer sk-wrong', 'x-api-key': key })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${key}`, 'x-api-key': 'sk-wrong' })).status).toBe(200);
    expect((await ask({ authorization: `Basic ${key}` })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${key} ${key}` })).status).toBe(401);
  });
});

describe('revocation and expiry', () => {
  it('a revoked key is refused by every edge within a second, however busy it was', async () => {
    const key = await gateway.makeKey();
    // Both edges know the key from their caches.
    for (const edge of edges)
      for (let call = 0; call < 3; call += 1) expect((await edge.chat(CHAT, { key })).status).toBe(200);
    // The caches hold a key for a minute: only a message between the services can be this fast.
    await revoke(key);
    for (const edge of edges) {
      await eventually(
        '401',
        async () => (await edge.chat(CHAT, { key })).status === 401,
        REVOKED_EVERYWHERE_WITHIN_MS,
      );
    }
    for (const edge of edges) {
      expectUnauthorized(await edge.chat(CHAT, { key }), 'openai');
      expectUnauthorized(await edge.messages(MESSAGES, { key }), 'anthropic');
      expectUnauthorized(await edge.send({ path: '/key/info', key }), 'openai');
    }
  });

  it('a key made at one edge works at the other at once, even if it was refused there before', async () => {
    const key = `sk-${randomBytes(20).toString('hex')}`;
    const [here, there] = edges as [GatewayHttp, GatewayHttp];
    expect((await there.chat(CHAT, { key })).status).toBe(401);
    await here.makeKey({ key });
    expect((await here.chat(CHAT, { key })).status).toBe(200);
    await eventually('the other edge to take it', async () => (await there.chat(CHAT, { key })).status === 200);
  });

  it('an expired key says that it expired', async () => {
    const key = await gateway.makeKey({ duration: '10s' });
    expect((await gateway.chat(CHAT, { key })).status).toBe(200);
    const refused = await eventually('the key to expire', async () => {
      const answer = await gateway.chat(CHAT, { key });
      return answer.status === 200 ? null : answer;
    });
    expectUnauthorized(refused, 'openai');
    expect(refused.json()).toMatchObject({ error: { code: 'expired_api_key' } });
  });

  it('an alias can be deleted, and deleting nothing is 404', async () => {
    const key = await gateway.makeKey({ key_alias: 'to-be-deleted' });
    const deleted = await gateway.send({ path: '/key/delete', body: { key_aliases: ['to-be-deleted'] } });
    expect(deleted.json()).toEqual({ deleted_keys: [createHash('sha256').update(key).digest('hex')] });
    expect((await gateway.chat(CHAT, { key })).status).toBe(401);
    expect((await gateway.send({ path: '/key/delete', body: { keys: ['sk-never-made-000000'] } })).status).toBe(404);
  });
});

describe('what a key may do', () => {
  it('a key with a list of models gets 403 for the others, and sees only its own', async () => {
    const key = await gateway.makeKey({ models: ['mock-gpt'] });
    expect((await gateway.chat(CHAT, { key })).status).toBe(200);
    const refused = await gateway.chat({ ...CHAT, model: 'mock-claude' }, { key });
    expect(refused.status).toBe(403);
    expect(refused.json()).toMatchObject({ error: { code: 'model_not_allowed', param: 'model' } });
    const ofAnthropic = await gateway.messages(MESSAGES, { key });
    expect(ofAnthropic.status).toBe(403);
    expect(ofAnthropic.json()).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
  });

  it.each([
    { method: 'POST', path: '/key/generate', body: {} },
    { method: 'POST', path: '/key/delete', body: { keys: ['sk-1234567890abcdef'] } },
    { method: 'GET', path: '/spend/keys', body: undefined },
  ] as const)('a virtual key may not call $path', async ({ method, path, body }) => {
    const answer = await gateway.send({ method, path, body, key: await gateway.makeKey() });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ error: { type: 'permission_error', code: 'permission_denied' } });
  });

  it('a virtual key sees itself and its own spend, and nobody else’s', async () => {
    const [mine, other] = [await gateway.makeKey({ user_id: 'me' }), await gateway.makeKey({ user_id: 'other' })];
    const answers = [await gateway.chat(CHAT, { key: mine }), await gateway.chat(CHAT, { key: other })];
    const [myRequest = '', otherRequest = ''] = answers.map((answer) => String(answer.headers['x-request-id']));
    await Promise.all([loggedRequest(gateway, myRequest), loggedRequest(gateway, otherRequest)]);
    const hashOfOther = createHash('sha256').update(other).digest('hex');
    for (const query of ['', `?api_key=${hashOfOther}`, `?request_id=${otherRequest}`, '?user_id=other']) {
      const seen = await gateway.send({ path: `/spend/logs${query}`, key: mine });
      const ids = seen.json<{ request_id: string }[]>().map((row) => row.request_id);
      expect(ids).not.toContain(otherRequest);
    }
    expect((await gateway.send({ path: `/key/info?key=${hashOfOther}`, key: mine })).status).toBe(403);
    expect((await gateway.send({ path: '/key/info', key: mine })).json()).toMatchObject({ info: { user_id: 'me' } });
  });

  it('a field of LiteLLM that would be ignored is refused, by name', async () => {
    const answer = await gateway.send({ path: '/key/generate', body: { max_bugdet: 5 } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'max_bugdet' } });
  });
});

describe('how keys are kept', () => {
  it('the database, Redis and what providers see hold no key, only its SHA-256', async () => {
    const emulators = emulatorsOf(mesh);
    await emulators.openAi.reset();
    const key = await gateway.makeKey({ key_alias: 'kept' });
    const answer = await gateway.chat(CHAT, { key });
    await loggedRequest(gateway, String(answer.headers['x-request-id']));
    const secret = key.slice(3);
    const database = await wholeDatabase(mesh.databaseUrl);
    expect(database).toContain(createHash('sha256').update(key).digest('hex'));
    expect(database).not.toContain(secret);
    expect(database).not.toContain(mesh.masterKey);
    const seen = JSON.stringify(await emulators.openAi.requests());
    expect(seen).not.toContain(secret);
    const logs = mesh.instances.flatMap((instance) => instance.recentLog).join('\n');
    expect(logs).not.toContain(secret);
    expect(logs).not.toContain(mesh.masterKey);
  });
});

async function statuses(keys: readonly string[]): Promise<number[]> {
  const answers = await Promise.all(keys.map((key) => gateway.chat(CHAT, { key })));
  return answers.map((answer) => answer.status);
}

async function revoke(key: string): Promise<void> {
  const answer = await gateway.send({ path: '/key/delete', body: { keys: [key] } });
  if (answer.status !== 200) throw new Error(`not revoked: ${answer.text}`);
}

/** Every row of every table, as text. */
async function wholeDatabase(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(...rows.rows.map((row) => row.text));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
