import { decodeKeyMirror, type GenerateKeyRequest, type KeysChanged, keyMirrorName } from '@gateway/contracts';
import { Database } from '@gateway/storage';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { openTestRedis, type TestRedis } from '../../test/open-test-redis';
import { attemptRecord, usageEvent } from '../../test/usage-events';
import { AccountsRpc } from './accounts-rpc';
import { KeyMirrorWriter } from './key-mirror-writer';
import { hashKey } from './key-secret';
import { KeyStore } from './key-store';
import { RevocationOutbox } from './revocation-outbox';

// Real: PostgreSQL, Redis. NATS is a list of what was published.
let pg: TestDatabase;
let redis: TestRedis;
let published: KeysChanged[] = [];
let natsIsAway = false;

beforeAll(async () => {
  [pg, redis] = await Promise.all([openTestDatabase(), openTestRedis()]);
});
afterAll(async () => {
  redis.close();
  await pg.close();
});
beforeEach(async () => {
  await pg.database.query('TRUNCATE virtual_key, ledger_request, ledger_attempt, ledger_key_spend');
  published = [];
  natsIsAway = false;
});

const WANTED: GenerateKeyRequest = {
  keyAlias: '',
  models: [],
  userId: '',
  teamId: '',
  metadataJson: '',
  expiresAtUnixMs: 0,
  key: '',
};

function createParts(mirror: Pick<KeyMirrorWriter, 'write'> = new KeyMirrorWriter(redis.redis, redis.namespace)) {
  const keys = new KeyStore(pg.database);
  const publish = async (change: KeysChanged): Promise<void> => {
    if (natsIsAway) throw new Error('NATS is away');
    published.push(change);
  };
  const revocations = new RevocationOutbox({ keys, mirror, publish, logger: SILENT_LOGGER });
  return { keys, revocations, rpc: new AccountsRpc({ keys, mirror, revocations, logger: SILENT_LOGGER }) };
}

const accounts = () => createParts().rpc;

async function readMirror(keyHash: string) {
  const text = await redis.redis.get(keyMirrorName(redis.namespace, keyHash));
  return text === null ? null : decodeKeyMirror(text);
}

describe('Property 2: authentication, the ledger side', () => {
  it('E1 makes a random key, shows it once and stores only its SHA-256', async () => {
    const { key, info } = await accounts().generateKey({
      ...WANTED,
      keyAlias: 'alice',
      models: ['gpt', 'claude'],
      userId: 'u1',
      teamId: 't1',
      metadataJson: '{"cost":"center"}',
      expiresAtUnixMs: 4_102_444_800_000,
    });
    expect(key).toMatch(/^sk-[A-Za-z0-9_-]{43}$/);
    expect(info).toEqual({
      keyHash: hashKey(key),
      keyName: `sk-...${key.slice(-4)}`,
      keyAlias: 'alice',
      models: ['gpt', 'claude'],
      userId: 'u1',
      teamId: 't1',
      metadataJson: '{"cost":"center"}',
      createdAtUnixMs: expect.any(Number),
      expiresAtUnixMs: 4_102_444_800_000,
      revokedAtUnixMs: 0,
      spendNanoUsd: 0,
    });
    expect(await accounts().getKey({ keyHash: hashKey(key) })).toEqual(info);
    const tables = await pg.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      expect(await pg.database.query(`SELECT 1 FROM ${name} t WHERE t::text LIKE '%' || $1 || '%'`, [key])).toEqual([]);
    }
    expect(await redis.redis.get(keyMirrorName(redis.namespace, info!.keyHash!))).not.toContain(key);
  });

  it('E1 two keys are never the same', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => accounts().generateKey(WANTED)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(20);
  });

  it('E1 takes a key of the caller, and refuses it a second time, also after it was revoked', async () => {
    const key = 'sk-my-own-key-0123456789';
    expect((await accounts().generateKey({ ...WANTED, key })).info).toMatchObject({ keyHash: hashKey(key) });
    await expect(accounts().generateKey({ ...WANTED, key })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      field: 'key',
    });
    await accounts().deleteKeys({ keyHashes: [hashKey(key)], keyAliases: [] });
    await expect(accounts().generateKey({ ...WANTED, key })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await readMirror(hashKey(key))).toMatchObject({ revokedAtUnixMs: expect.any(Number) });
  });

  it.each([
    ['key', { key: 'pk-0123456789abcdef' }],
    ['key', { key: 'sk-short' }],
    ['key', { key: 'sk-with a space 0123456789' }],
    ['key_alias', { keyAlias: 'x'.repeat(256) }],
    ['user_id', { userId: 'a\0b' }],
    ['metadata', { metadataJson: '[1]' }],
    ['metadata', { metadataJson: '{' }],
    ['metadata', { metadataJson: '{"a":"\\u0000"}' }],
    ['expires', { expiresAtUnixMs: -1 }],
  ])('E1 refuses a bad %s and names it: %j', async (field, changes) => {
    await expect(accounts().generateKey({ ...WANTED, ...changes })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field,
    });
  });

  it('E1 an alias belongs to one valid key, and is free again once that is revoked', async () => {
    const alice = { ...WANTED, keyAlias: 'alice' };
    await accounts().generateKey(alice);
    await expect(accounts().generateKey(alice)).rejects.toMatchObject({ code: 'ALREADY_EXISTS', field: 'key_alias' });
    await accounts().deleteKeys({ keyHashes: [], keyAliases: ['alice'] });
    expect((await accounts().generateKey(alice)).info).toMatchObject({ keyAlias: 'alice', revokedAtUnixMs: 0 });
  });

  it('E1 revokes by hash or alias, once, and tells Redis and the edges', async () => {
    const [one, two, kept] = await Promise.all(
      ['one', 'two', 'kept'].map((keyAlias) => accounts().generateKey({ ...WANTED, keyAlias })),
    );
    const hashes = [one!.info!.keyHash!, two!.info!.keyHash!];
    const { deleted } = await accounts().deleteKeys({
      keyHashes: [hashes[0]!, 'f'.repeat(64), '\0'],
      keyAliases: ['two', '\0', ''],
    });
    expect(deleted.map(({ keyHash }) => keyHash).sort()).toEqual([...hashes].sort());
    expect(published.flatMap(({ keyHashes }) => keyHashes).sort()).toEqual([...hashes].sort());
    for (const keyHash of hashes) {
      const { revokedAtUnixMs } = await accounts().getKey({ keyHash });
      expect(revokedAtUnixMs).toBeGreaterThan(0);
      expect(await readMirror(keyHash)).toMatchObject({ revokedAtUnixMs });
      // Far longer than a live entry: a look-up that is still on its way must find it.
      expect(await redis.redis.ttl(keyMirrorName(redis.namespace, keyHash))).toBeGreaterThan(23 * 3_600);
    }
    expect(await accounts().getKey({ keyHash: kept!.info!.keyHash! })).toMatchObject({ revokedAtUnixMs: 0 });
    expect(await accounts().deleteKeys({ keyHashes: hashes, keyAliases: ['two'] })).toEqual({ deleted: [] });
  });

  it('E1 does not know other keys', async () => {
    for (const keyHash of ['', 'f'.repeat(64), 'a\0']) {
      await expect(accounts().getKey({ keyHash })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('E1 mirrors what it looked up, with what the edge needs and for an hour at most', async () => {
    const { info } = await accounts().generateKey({ ...WANTED, keyAlias: 'alice', models: ['gpt'] });
    const keyHash = info!.keyHash!;
    await redis.redis.del(keyMirrorName(redis.namespace, keyHash));
    await accounts().getKey({ keyHash });
    expect(await readMirror(keyHash)).toEqual({
      keyHash,
      keyAlias: 'alice',
      models: ['gpt'],
      expiresAtUnixMs: 0,
      revokedAtUnixMs: 0,
    });
    expect(await redis.redis.ttl(keyMirrorName(redis.namespace, keyHash))).toBeLessThanOrEqual(3_600);
    expect(await redis.redis.ttl(keyMirrorName(redis.namespace, keyHash))).toBeGreaterThan(0);
  });

  it('D5 says what a key spent', async () => {
    const { info } = await accounts().generateKey(WANTED);
    const keyHash = info!.keyHash!;
    await createRecorder(pg.database).record([usageEvent('r1', { principal: { keyHash }, attempt: attemptRecord() })]);
    expect(await accounts().getKey({ keyHash })).toMatchObject({ spendNanoUsd: 210 });
  });
});

describe('revocations always arrive', () => {
  it('E1 a look-up that is overtaken by the revocation cannot bring the key back', async () => {
    const { info } = await accounts().generateKey(WANTED);
    const keyHash = info!.keyHash!;
    const real = new KeyMirrorWriter(redis.redis, redis.namespace);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const slow = createParts({
      write: async (mirror) => {
        arrived();
        await held;
        await real.write(mirror);
      },
    });
    const lookup = slow.rpc.getKey({ keyHash });
    await reading; // it has read the valid key from PostgreSQL by now
    await accounts().deleteKeys({ keyHashes: [keyHash], keyAliases: [] });
    release();
    await lookup;
    expect((await readMirror(keyHash))?.revokedAtUnixMs).toBeGreaterThan(0);
  });

  it('E1 after any mix of look-ups and a revocation at once, the mirror says revoked', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { info } = await accounts().generateKey(WANTED);
      const keyHash = info!.keyHash!;
      await redis.redis.del(keyMirrorName(redis.namespace, keyHash));
      const lookups = () => Array.from({ length: 4 }, () => accounts().getKey({ keyHash }));
      await Promise.all([...lookups(), accounts().deleteKeys({ keyHashes: [keyHash], keyAliases: [] }), ...lookups()]);
      expect((await readMirror(keyHash))?.revokedAtUnixMs).toBeGreaterThan(0);
    }
  });

  it('E1 a revocation while Redis is away is announced when it is back', async () => {
    const { info } = await accounts().generateKey(WANTED);
    const keyHash = info!.keyHash!;
    const withoutRedis = createParts({ write: () => Promise.reject(new Error('Redis is away')) });
    expect((await withoutRedis.rpc.deleteKeys({ keyHashes: [keyHash], keyAliases: [] })).deleted).toHaveLength(1);
    expect(published).toEqual([{ keyHashes: [keyHash] }]);
    expect(await readMirror(keyHash)).toMatchObject({ revokedAtUnixMs: 0 });
    await createParts().revocations.sweep();
    expect((await readMirror(keyHash))?.revokedAtUnixMs).toBeGreaterThan(0);
    expect(published).toHaveLength(2);
    await createParts().revocations.sweep();
    expect(published).toHaveLength(2);
  });

  it('E1 a revocation while NATS is away is announced when it is back', async () => {
    const { info } = await accounts().generateKey(WANTED);
    natsIsAway = true;
    await accounts().deleteKeys({ keyHashes: [info!.keyHash!], keyAliases: [] });
    natsIsAway = false;
    await createParts().revocations.sweep();
    expect(published).toEqual([{ keyHashes: [info!.keyHash!] }]);
  });

  it('makes and finds keys while Redis is away', async () => {
    const { rpc } = createParts({ write: () => Promise.reject(new Error('Redis is away')) });
    const { info } = await rpc.generateKey(WANTED);
    expect(await rpc.getKey({ keyHash: info!.keyHash! })).toEqual(info);
  });

  it('answers UNAVAILABLE while PostgreSQL is away', async () => {
    const away = new Database({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
    const keys = new KeyStore(away);
    const { revocations } = createParts();
    const mirror = { write: async () => undefined };
    const rpc = new AccountsRpc({ keys, mirror, revocations, logger: SILENT_LOGGER });
    await expect(rpc.getKey({ keyHash: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(rpc.generateKey(WANTED)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(rpc.deleteKeys({ keyHashes: ['f'.repeat(64)], keyAliases: [] })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('overwrites foreign bytes under the name of a key', async () => {
    const { info } = await accounts().generateKey(WANTED);
    for (const bytes of ['not json', '[]', '7', '{"revokedAtUnixMs":"x"}']) {
      await redis.redis.set(keyMirrorName(redis.namespace, info!.keyHash!), bytes);
      await accounts().getKey({ keyHash: info!.keyHash! });
      expect(await readMirror(info!.keyHash!)).toMatchObject({ keyHash: info!.keyHash! });
    }
  });
});
