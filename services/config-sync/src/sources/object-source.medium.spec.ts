import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { eventually, GcsEmulator, S3Emulator, type StoreRequest } from '@gateway/testkit';
import fc from 'fast-check';
import type { FileContent } from '../file-content';
import { GcsObject } from './gcs-object';
import { ObjectSource, type ObjectSourceOptions } from './object-source';
import type { RemoteObject } from './object-store';
import { OfflineCopy } from './offline-copy';
import { S3Object } from './s3-object';

const BUCKET = 'settings';
const KEY = 'a folder/gateway.yaml';
const LIMITS = { timeoutMs: 60_000, maxBytes: 2_000 };
const SECRET = 'sk-in-the-document';

type Emulator = S3Emulator | GcsEmulator;

const s3Object = (endpoint: string, limits = LIMITS): RemoteObject =>
  new S3Object({ bucket: BUCKET, key: KEY, endpoint, pathStyle: true, ...limits });
const gcsObject = (endpoint: string, limits = LIMITS): RemoteObject =>
  new GcsObject({ bucket: BUCKET, key: KEY, endpoint, isAnonymous: true, ...limits });

// AWS's client finds its credentials here, as it does in the product.
const before = { id: process.env.AWS_ACCESS_KEY_ID, secret: process.env.AWS_SECRET_ACCESS_KEY };
beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'the secret' });
});
afterAll(() => {
  const { id, secret } = before;
  for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const openS3 = () => new S3Emulator({ buckets: [BUCKET], keys: { 'an-id': 'the secret' } });
const openGcs = () => new GcsEmulator({ buckets: [BUCKET] });

// Real: AWS's client, HTTP on loopback, the disk. Emulated: the stores.
describe.each([
  ['s3', openS3, s3Object],
  ['gcs', openGcs, gcsObject],
] as const)('a configuration in %s', (kind, open, object) => {
  let store: Emulator;
  let origin: string;
  let directory: string;
  let sources: ObjectSource[] = [];
  let offered: string[] = [];
  let log: string[] = [];
  let isGood = true;
  let refusals = 0;

  beforeEach(async () => {
    store = open();
    origin = await store.start();
    directory = mkdtempSync(join(tmpdir(), 'object-source-'));
    [sources, offered, log, isGood, refusals] = [[], [], [], true, 0];
  });

  afterEach(async () => {
    for (const source of sources) await source.stop();
    await store.stop();
    rmSync(directory, { recursive: true });
  });

  const put = (text: string) => store.shelf.put(BUCKET, KEY, { bytes: Buffer.from(text) });

  async function onContent(content: FileContent): Promise<void> {
    if (refusals > 0) {
      refusals -= 1;
      throw new Error('not now');
    }
    offered.push(content.kind === 'text' ? content.text : content.reason);
  }

  const logger = {
    ...SILENT_LOGGER,
    info: (_: object, message: string) => void log.push(message),
    warn: (_: object, message: string) => void log.push(message),
  };

  function copyOf(encryptionKey: Uint8Array | null = null): OfflineCopy {
    const options = { directory, source: 'the source', olderEncryptionKeys: [], nowUnixMs: () => 7 };
    return new OfflineCopy({ ...options, encryptionKey });
  }

  function create(changes: Partial<ObjectSourceOptions> = {}): ObjectSource {
    const source = new ObjectSource({
      name: 'the source',
      kind,
      object: object(origin),
      copy: copyOf(),
      pollMs: 1_000_000,
      jitter: 0,
      onContent,
      isGood: () => isGood,
      logger,
      nowUnixMs: () => 5,
      random: () => 0.5,
      ...changes,
    });
    sources.push(source);
    return source;
  }

  const downloaded = (requests: readonly StoreRequest[]) =>
    requests.filter(({ status }) => status === 200).reduce((sum, { bytesSent }) => sum + bytesSent, 0);

  it('L2 delivers what is there at the start and every later text once, by itself', async () => {
    put('one');
    const source = create({ pollMs: 5 });
    await source.start();
    expect(offered).toEqual(['one']);
    expect(source.status()).toMatchObject({ kind, awaySinceUnixMs: 0, awayReason: '', stale: false, seenAtUnixMs: 5 });
    put('two');
    await eventually('the second text', () => offered.includes('two'));
    expect(offered).toEqual(['one', 'two']);
    expect(log).toEqual([]);
  });

  it('L2 offers on request what is there, changed or not, without downloading it again', async () => {
    put('one');
    const source = create();
    await source.start();
    store.forget();
    await source.refresh();
    expect(offered).toEqual(['one', 'one']);
    expect(downloaded(store.requests())).toBe(0);
    refusals = 1;
    await expect(source.refresh()).rejects.toThrow('not now');
    await source.look();
    expect(offered).toEqual(['one', 'one', 'one']);
  });

  it('L2 keeps what it has while the store is away, says since when and why, and says both turns once', async () => {
    put('one');
    const source = create();
    await source.start();
    for (const fault of [{ status: 503 }, { cut: 'before-head' }, { cut: 'in-body' }, { status: 403 }] as const) {
      put(`after ${JSON.stringify(fault)}`);
      store.addFault(fault);
      await source.look();
      expect(source.status()).toMatchObject({ awaySinceUnixMs: 5, awayReason: expect.stringMatching(/^\w/) });
      await source.refresh();
      store.clearFaults();
      expect(offered.at(-1)).not.toContain('after');
      expect(log).toHaveLength(1);
      await source.look();
      expect(source.status()).toMatchObject({ awaySinceUnixMs: 0, awayReason: '' });
      expect(offered.pop()).toContain('after');
      expect(log).toEqual([expect.stringContaining('what was read last stays'), 'the source is there again']);
      [offered, log] = [['one'], []];
      put('one');
      await source.look();
      offered = ['one'];
    }
  });

  it('L2 says what is the matter where there never was anything, and takes what comes', async () => {
    const source = create();
    await source.start();
    await source.look();
    expect(offered).toEqual([expect.stringMatching(/^does not exist \(404/)]);
    expect(source.status().awayReason).toBe(offered[0]);
    put('one');
    await source.look();
    expect(offered.at(-1)).toBe('one');
  });

  it('L2 waits for no answer longer than it is told to', async () => {
    put('one');
    const source = create({ object: object(origin, { ...LIMITS, timeoutMs: 50 }) });
    store.addFault({ delayMs: 3_600_000 });
    await source.start();
    expect(offered).toEqual(['did not answer within 50 ms']);
  });

  it('L2 takes nothing that is too large or no text, and does not download it again', async () => {
    put('one');
    const source = create();
    await source.start();
    store.shelf.put(BUCKET, KEY, { bytes: Buffer.from([0xff, 0xfe, 0xff]) });
    await source.look();
    put('x'.repeat(LIMITS.maxBytes + 1));
    await source.look();
    expect(offered).toEqual(['one', 'is not UTF-8 text', `is larger than ${LIMITS.maxBytes} bytes`]);
    store.forget();
    await source.look();
    expect(store.requests().map(({ status }) => status)).toEqual([304]);
    expect(await copyOf().load()).toMatchObject({ document: { text: 'one' } });
  });

  it('L2 starts from the last good copy while the store is away, says so, and goes on trying', async () => {
    put('one');
    await create().start();
    isGood = false;
    put('bad');
    await sources[0]?.look();
    await store.stop();
    offered = [];
    isGood = true;
    const source = create();
    await source.start();
    expect(offered).toEqual(['one']);
    expect(source.status()).toMatchObject({
      stale: true,
      awaySinceUnixMs: 5,
      awayReason: expect.stringMatching(/^cannot be reached/),
    });
    store = open();
    put('two');
    await store.start(Number(new URL(origin).port));
    await source.look();
    expect(offered).toEqual(['one', 'two']);
    expect(source.status()).toMatchObject({ stale: false, awaySinceUnixMs: 0 });
  });

  it('L2 starts without a download where the copy is what the store has', async () => {
    put('one');
    await create().start();
    store.forget();
    const source = create();
    await source.start();
    expect(offered).toEqual(['one', 'one']);
    expect(store.requests().map(({ status }) => status)).toEqual([304]);
    expect(source.status().stale).toBe(false);
  });

  it('L2 ignores a damaged copy with one line', async () => {
    put('one');
    await create().start();
    const { path } = copyOf();
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    await store.stop();
    await create().start();
    expect(offered).toEqual(['one', expect.stringMatching(/^cannot be reached/)]);
    expect(log.filter((line) => line.includes('copy'))).toEqual(['copy of the configuration ignored: it is damaged']);
  });

  it('E2 keeps its copy to itself: encrypted where there is a key, for its user only', async () => {
    const key = Buffer.alloc(32, 7);
    put(`text with ${SECRET}`);
    await create({ copy: copyOf(key) }).start();
    expect(readdirSync(directory)).toHaveLength(1);
    expect(readFileSync(copyOf().path, 'utf8')).not.toContain(SECRET);
    expect(statSync(copyOf().path).mode & 0o777).toBe(0o600);
    expect(await copyOf(key).load()).toMatchObject({ kind: 'copy', document: { text: `text with ${SECRET}` } });
    expect(await copyOf(Buffer.alloc(32, 8)).load()).toMatchObject({ kind: 'unusable' });
    expect(await copyOf().load()).toMatchObject({ kind: 'unusable' });
  });

  it('goes on without a copy where the disk takes none, and says it once', async () => {
    put('one');
    const blocked = join(directory, 'a file');
    writeFileSync(blocked, '');
    const options = { source: 'the source', encryptionKey: null, olderEncryptionKeys: [], nowUnixMs: () => 7 };
    const source = create({ copy: new OfflineCopy({ ...options, directory: join(blocked, 'below') }) });
    await source.start();
    put('two');
    await source.look();
    expect(offered).toEqual(['one', 'two']);
    expect(log.filter((line) => line.includes('can be kept'))).toHaveLength(1);
  });

  it('Property 22: S3 sync by ETag: an unchanged ETag downloads nothing', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('look' as const) },
      { weight: 1, arbitrary: fc.constant('refresh' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
      { weight: 4, arbitrary: fc.record({ put: fc.constantFrom('a', 'bb', 'ccc', 'dddd') }) },
      {
        weight: 2,
        arbitrary: fc.record({
          fault: fc.constantFrom({ status: 503 }, { status: 500 }, { cut: 'before-head' as const }),
          times: fc.integer({ min: 1, max: 2 }),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        store.clearFaults();
        store.forget();
        put('begin');
        offered = [];
        rmSync(copyOf().path, { force: true });
        let source = create();
        await source.start();
        // What the source must know: the text it saw last, and by which write of it.
        let seen = { text: 'begin', tag: source.status().tag };
        let owed = 'begin'.length;
        let faults = 0;
        for (const next of steps) {
          if (typeof next === 'object' && 'put' in next) {
            put(next.put);
            continue;
          }
          if (typeof next === 'object') {
            store.addFault({ ...next.fault, times: next.times });
            faults += next.times;
            continue;
          }
          const offers = offered.length;
          if (next === 'restart') {
            await source.stop();
            source = create();
            await source.start();
          } else await source[next]();
          const isAnswered = faults === 0;
          if (!isAnswered) faults -= 1;
          const object = store.shelf.get(BUCKET, KEY);
          const text = object?.bytes.toString('utf8') ?? '';
          const hasNewText = isAnswered && text !== seen.text;
          if (isAnswered && source.status().tag !== seen.tag) owed += text.length;
          if (isAnswered) seen = { text, tag: source.status().tag };
          expect(source.status().awaySinceUnixMs > 0).toBe(!isAnswered);
          expect(downloaded(store.requests())).toBe(owed);
          expect(offered.length - offers).toBe(next === 'look' && !hasNewText ? 0 : 1);
          expect(offered.at(-1)).toBe(seen.text);
          // The tag is the store's, and only a write can have changed it.
          const isNewest = isAnswered ? tagOf(object) === source.status().tag : true;
          expect(isNewest).toBe(true);
        }
        await source.stop();
      }),
      { numRuns: 40 },
    );
  });

  function tagOf(object: ReturnType<Emulator['shelf']['get']>): string {
    return kind === 's3' ? `"${object?.md5}"` : String(object?.generation);
  }

  it('L2 a store that says another ETag for the same text makes it publish nothing', async () => {
    put('one');
    const source = create();
    await source.start();
    store.addFault({ wrongTag: true });
    await source.look();
    await source.look();
    expect(offered).toEqual(['one']);
    store.clearFaults();
    put('one');
    await source.look();
    expect(offered).toEqual(['one']);
    expect(await copyOf().load()).toMatchObject({ document: { text: 'one', tag: source.status().tag } });
  });
});
