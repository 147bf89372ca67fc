import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { S3Emulator } from './s3-emulator';

const KEYS = { 'an-id': 'the secret' };
const CREDENTIALS = { accessKeyId: 'an-id', secretAccessKey: 'the secret' };
const PLACE = { Bucket: 'books', Key: 'a folder/gateway+1.yaml' };

// Real: AWS's client, HTTP on loopback.
describe('S3Emulator with AWS’s own client', () => {
  let s3: S3Emulator;
  let endpoint: string;
  let clients: S3Client[] = [];

  beforeEach(async () => {
    s3 = new S3Emulator({ buckets: ['books'], keys: KEYS, virtualHosts: ['s3.test'] });
    endpoint = await s3.start();
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients = [];
    await s3.stop();
  });

  function open(changes: S3ClientConfig = {}): S3Client {
    const client = new S3Client({
      endpoint,
      region: 'eu-west-1',
      forcePathStyle: true,
      credentials: CREDENTIALS,
      maxAttempts: 1,
      ...changes,
    });
    clients.push(client);
    return client;
  }

  const put = (client: S3Client, Body: string, more: object = {}) =>
    client.send(new PutObjectCommand({ ...PLACE, Body, ...more }));
  const get = (client: S3Client, more: object = {}) => client.send(new GetObjectCommand({ ...PLACE, ...more }));
  const textOf = async (answer: Awaited<ReturnType<typeof get>>) => answer.Body?.transformToString();
  const statusOf = (sent: Promise<unknown>): Promise<number | undefined> =>
    sent.then(
      () => 200,
      (error: { readonly $metadata?: { readonly httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
    );

  it('L2 gives back what was put, with its tag, type, metadata and version', async () => {
    const client = open();
    const written = await put(client, 'one', { ContentType: 'application/yaml', Metadata: { sha256: 'abc' } });
    const read = await get(client);
    expect(await textOf(read)).toBe('one');
    expect(read).toMatchObject({ ETag: written.ETag, ContentType: 'application/yaml', Metadata: { sha256: 'abc' } });
    const head = await client.send(new HeadObjectCommand(PLACE));
    expect(head).toMatchObject({ ETag: written.ETag, ContentLength: 3, VersionId: written.VersionId });
    await put(client, 'two');
    expect(await textOf(await get(client))).toBe('two');
    expect(await textOf(await get(client, { VersionId: written.VersionId }))).toBe('one');
  });

  it('L2 answers 304 to a known tag without a body, and 412 to a tag that is not the object’s', async () => {
    const client = open();
    const { ETag } = await put(client, 'some text');
    s3.forget();
    expect(await statusOf(get(client, { IfNoneMatch: ETag }))).toBe(304);
    expect(s3.bytesSent()).toBe(0);
    expect(await textOf(await get(client, { IfNoneMatch: '"another"' }))).toBe('some text');
    expect(s3.bytesSent()).toBe(9);
    expect(await statusOf(get(client, { IfMatch: '"another"' }))).toBe(412);
    expect(await textOf(await get(client, { IfMatch: ETag }))).toBe('some text');
  });

  it('L2 writes under a condition only where it holds', async () => {
    const client = open();
    expect(await statusOf(put(client, 'x', { IfMatch: '"any"' }))).toBe(404);
    const { ETag } = await put(client, 'one', { IfNoneMatch: '*' });
    expect(await statusOf(put(client, 'two', { IfNoneMatch: '*' }))).toBe(412);
    expect(await statusOf(put(client, 'two', { IfMatch: '"another"' }))).toBe(412);
    expect(await textOf(await get(client))).toBe('one');
    await put(client, 'two', { IfMatch: ETag });
    expect(await textOf(await get(client))).toBe('two');
  });

  it('L2 reads ranges, deletes, and says that nothing is there', async () => {
    const client = open();
    await put(client, '0123456789');
    expect(await textOf(await get(client, { Range: 'bytes=2-4' }))).toBe('234');
    expect(await textOf(await get(client, { Range: 'bytes=-3' }))).toBe('789');
    expect(await statusOf(get(client, { Range: 'bytes=10-' }))).toBe(416);
    await client.send(new DeleteObjectCommand(PLACE));
    await expect(get(client)).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect(await statusOf(client.send(new HeadObjectCommand(PLACE)))).toBe(404);
    await expect(get(client, { Bucket: 'nowhere' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('L2 lists by pages, prefixes and folders', async () => {
    const client = open();
    for (const Key of ['a/1', 'a/2', 'a/3', 'b/1', 'c & d', 'e']) await put(client, Key, { Key });
    const keys: unknown[][] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 4 }, { Bucket: 'books' })) {
      keys.push((page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(keys).toEqual([
      ['a/1', 'a/2', 'a/3', 'b/1'],
      ['c & d', 'e'],
    ]);
    const folders: unknown[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 1 }, { Bucket: 'books', Delimiter: '/' })) {
      folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      folders.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(folders).toEqual(['a/', 'b/', 'c & d', 'e']);
  });

  it('L2 takes a body of unknown length, which the client sends in signed pieces', async () => {
    const client = open();
    const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')]);
    await client.send(new PutObjectCommand({ ...PLACE, Body, ContentLength: 140_000 }));
    expect(await textOf(await get(client))).toBe('a'.repeat(70_000) + 'b'.repeat(70_000));
  });

  it('L2 takes a bucket in the host name', async () => {
    const lookup = (_host: string, options: { readonly all?: boolean }, done: (...answer: unknown[]) => void) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
    const client = open({
      endpoint: `http://s3.test:${new URL(endpoint).port}`,
      forcePathStyle: false,
      requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup: lookup as never }) }),
    });
    await put(client, 'one');
    expect(await textOf(await get(client))).toBe('one');
    expect(s3.requests().map(({ url }) => url.split('?')[0])).toEqual(Array(2).fill('/a%20folder/gateway%2B1.yaml'));
  });

  it('E2 lets in only who signs with a key it knows', async () => {
    await put(open(), 'one');
    const stranger = open({ credentials: { accessKeyId: 'somebody', secretAccessKey: 'else' } });
    await expect(get(stranger)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    const forger = open({ credentials: { accessKeyId: 'an-id', secretAccessKey: 'else' } });
    await expect(get(forger)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    const nobody = open({ signer: { sign: async (request: never) => request } });
    await expect(get(nobody)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('L2 fails as it is told to, as often as it is told to', async () => {
    const client = open();
    const { ETag } = await put(client, 'some text');
    s3.addFault({ status: 503, times: 1 });
    await expect(get(client)).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    s3.addFault({ status: 500, times: 1 });
    await expect(get(client)).rejects.toMatchObject({ name: 'InternalError' });
    s3.addFault({ cut: 'before-head', times: 1 });
    await expect(get(client)).rejects.toThrow(/socket hang up|ECONNRESET/);
    s3.addFault({ cut: 'in-body', times: 1 });
    await expect(get(client).then(textOf)).rejects.toThrow();
    s3.addFault({ corrupt: true, times: 1 });
    await expect(get(client).then(textOf)).rejects.toThrow(/[Cc]hecksum/);
    s3.addFault({ wrongTag: true, times: 1 });
    expect((await get(client)).ETag).not.toBe(ETag);
    expect((await get(client)).ETag).toBe(ETag);
    s3.addFault({ delayMs: 60_000, method: 'GET', path: 'gateway' });
    await expect(client.send(new GetObjectCommand(PLACE), { abortSignal: AbortSignal.timeout(20) })).rejects.toThrow();
    s3.clearFaults();
    expect(await textOf(await get(client))).toBe('some text');
  });
});
