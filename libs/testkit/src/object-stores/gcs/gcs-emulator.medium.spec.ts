import { Storage } from '@google-cloud/storage';
import { GoogleAuth } from 'google-auth-library';
import { GcsEmulator } from './gcs-emulator';

const NAME = 'a folder/gateway+1.yaml';

// Real: Google's client, HTTP on loopback.
describe('GcsEmulator with Google’s own client', () => {
  let gcs: GcsEmulator;
  let origin: string;

  beforeEach(async () => {
    gcs = new GcsEmulator({ buckets: ['books'] });
    origin = await gcs.start();
  });

  afterEach(() => gcs.stop());

  const bucket = () =>
    new Storage({ apiEndpoint: origin, projectId: 'p', retryOptions: { autoRetry: false } }).bucket('books');
  const save = (text: string, more: object = {}) =>
    bucket()
      .file(NAME)
      .save(text, { resumable: false, ...more });
  const read = async (): Promise<string> => (await bucket().file(NAME).download())[0].toString('utf8');
  const codeOf = (sent: Promise<unknown>): Promise<number | undefined> =>
    sent.then(
      () => 200,
      (error: { readonly code?: number }) => error.code,
    );

  it('L2 gives back what was put, with its sums, type, metadata and generation', async () => {
    await save('one', { metadata: { contentType: 'application/yaml', metadata: { sha256: 'abc' } } });
    expect(await read()).toBe('one');
    const [first] = await bucket().file(NAME).getMetadata();
    expect(first).toMatchObject({
      name: NAME,
      bucket: 'books',
      size: '3',
      contentType: 'application/yaml',
      metadata: { sha256: 'abc' },
    });
    await save('two');
    expect(await read()).toBe('two');
    const [second] = await bucket().file(NAME).getMetadata();
    expect(Number(second.generation)).toBeGreaterThan(Number(first.generation));
    const old = bucket().file(NAME, { generation: Number(first.generation) });
    expect((await old.download())[0].toString('utf8')).toBe('one');
  });

  it('L2 writes and deletes under a generation only where it is the present one', async () => {
    await save('one', { preconditionOpts: { ifGenerationMatch: 0 } });
    expect(await codeOf(save('two', { preconditionOpts: { ifGenerationMatch: 0 } }))).toBe(412);
    const [{ generation }] = await bucket().file(NAME).getMetadata();
    expect(await codeOf(bucket().file(NAME).delete({ ifGenerationMatch: 99 }))).toBe(412);
    expect(await read()).toBe('one');
    await save('two', { preconditionOpts: { ifGenerationMatch: Number(generation) } });
    expect(await read()).toBe('two');
    await bucket().file(NAME).delete();
    expect(await codeOf(bucket().file(NAME).download())).toBe(404);
    expect(await codeOf(bucket().file(NAME).getMetadata())).toBe(404);
  });

  it('L2 answers 304 to a known generation or tag without a body', async () => {
    await save('one');
    const media = `${origin}/storage/v1/b/books/o/${encodeURIComponent(NAME)}?alt=media`;
    const first = await fetch(media);
    expect(await first.text()).toBe('one');
    gcs.forget();
    const generation = first.headers.get('x-goog-generation');
    const unchanged = [
      await fetch(`${media}&ifGenerationNotMatch=${generation}`),
      await fetch(media, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } }),
    ];
    expect(unchanged.map(({ status }) => status)).toEqual([304, 304]);
    expect(gcs.bytesSent()).toBe(0);
    await save('two');
    expect(await (await fetch(`${media}&ifGenerationNotMatch=${generation}`)).text()).toBe('two');
  });

  it('L2 reads ranges, and lists by pages, prefixes and folders', async () => {
    await save('0123456789');
    expect((await bucket().file(NAME).download({ start: 2, end: 4 }))[0].toString('utf8')).toBe('234');
    for (const name of ['b/1', 'b/2', 'c']) await bucket().file(name).save('x', { resumable: false });
    const pages: string[][] = [];
    let query: object | null = { maxResults: 3, autoPaginate: false };
    while (query !== null) {
      const [files, next]: [{ name: string }[], object | null, unknown] = (await bucket().getFiles(query)) as never;
      pages.push(files.map(({ name }) => name));
      query = next;
    }
    expect(pages).toEqual([[NAME, 'b/1', 'b/2'], ['c']]);
    const [under] = await bucket().getFiles({ prefix: 'b/' });
    expect(under.map(({ name }) => name)).toEqual(['b/1', 'b/2']);
    const [, , answer] = (await bucket().getFiles({ delimiter: '/', autoPaginate: false })) as never as [
      unknown,
      unknown,
      { prefixes: string[] },
    ];
    expect(answer.prefixes).toEqual(['a folder/', 'b/']);
  });

  it('E2 lets in only who has a token of its own endpoint, where it is told to', async () => {
    await gcs.stop();
    gcs = new GcsEmulator({ buckets: ['books'], requireToken: true });
    origin = await gcs.start();
    gcs.shelf.put('books', NAME, { bytes: Buffer.from('one') });
    const media = `${origin}/storage/v1/b/books/o/${encodeURIComponent(NAME)}?alt=media`;
    expect((await fetch(media)).status).toBe(401);
    expect((await fetch(media, { headers: { authorization: 'Bearer ya29.emulated-9' } })).status).toBe(401);
    const auth = new GoogleAuth({
      projectId: 'p',
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      credentials: gcs.serviceAccount('reader'),
      clientOptions: {
        additionalClaims: { aud: `${origin}/token` },
        transporterOptions: { fetchImplementation: (_url, init) => fetch(`${origin}/token`, init) },
      },
    });
    const token = await auth.getAccessToken();
    expect(await (await fetch(media, { headers: { authorization: `Bearer ${token}` } })).text()).toBe('one');
  });

  it('L2 fails as it is told to, as often as it is told to', async () => {
    await save('some text');
    gcs.addFault({ status: 503, times: 1 });
    expect(await codeOf(bucket().file(NAME).getMetadata())).toBe(503);
    gcs.addFault({ cut: 'before-head', times: 1 });
    const media = `${origin}/storage/v1/b/books/o/${encodeURIComponent(NAME)}?alt=media`;
    await expect(fetch(media)).rejects.toThrow();
    gcs.addFault({ cut: 'in-body', times: 1 });
    await expect(fetch(media).then((answer) => answer.text())).rejects.toThrow();
    gcs.addFault({ corrupt: true, times: 1, method: 'GET', path: 'alt=media' });
    await expect(read()).rejects.toMatchObject({ code: 'CONTENT_DOWNLOAD_MISMATCH' });
    expect(await read()).toBe('some text');
  });
});
