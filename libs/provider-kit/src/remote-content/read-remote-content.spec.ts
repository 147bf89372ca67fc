// Real: HTTP on loopback. Ours: what names resolve to.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RemoteContentOptions, readRemoteContent } from './read-remote-content';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest of the picture', 'latin1');
const LOOSE: RemoteContentOptions = { reach: 'any', maxBytes: 1_000, timeoutMs: 5_000 };
const STRICT: RemoteContentOptions = { ...LOOSE, reach: 'public' };

let server: Server;
let origin: string;
let answer: RequestListener;
let seen: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
  answer = (_request, response) => response.end(PNG);
});

const reasonOf = (url: string, options: RemoteContentOptions): Promise<string> =>
  readRemoteContent(url, options).then(
    () => 'no reason',
    (error: Error) => error.message,
  );

describe('readRemoteContent', () => {
  it.each([
    ['image/png', PNG],
    ['image/jpeg', Buffer.from('\xff\xd8\xff\xe0jpeg', 'latin1')],
    ['image/gif', Buffer.from('GIF89a...')],
    ['image/webp', Buffer.from('RIFF1234WEBPVP8 ')],
    ['application/pdf', Buffer.from('%PDF-1.7 ...')],
  ])('B3 knows %s by its bytes, whatever the server says', async (type, bytes) => {
    answer = (_request, response) => response.setHeader('content-type', 'text/html').end(bytes);
    expect(await readRemoteContent(`${origin}/x`, LOOSE)).toEqual({ type, bytes });
  });

  it('B3 takes nothing else, nothing larger than allowed, and nothing but success', async () => {
    answer = (_request, response) => response.end('<html>secret of the intranet</html>');
    expect(await reasonOf(origin, LOOSE)).toBe('it is neither a PNG, JPEG, GIF or WebP image nor a PDF');
    answer = (_request, response) => response.end(Buffer.concat([PNG, Buffer.alloc(1_000)]));
    expect(await reasonOf(origin, LOOSE)).toBe('it is larger than 1000 bytes');
    answer = (_request, response) => response.writeHead(403).end('secret');
    expect(await reasonOf(origin, LOOSE)).toBe('its server answered 403');
  });

  it('B3 follows three redirects and no more', async () => {
    answer = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(PNG);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };
    expect((await readRemoteContent(`${origin}/3`, LOOSE)).type).toBe('image/png');
    expect(await reasonOf(`${origin}/4`, LOOSE)).toMatch(/redirected more than 3 times/);
    answer = (_request, response) => response.writeHead(302, { location: 'http://[' }).end();
    expect(await reasonOf(origin, LOOSE)).toBe('its server sent us nowhere');
  });

  it('B3 does not wait for ever', async () => {
    answer = () => undefined;
    expect(await reasonOf(origin, { ...LOOSE, timeoutMs: 50 })).toBe('it did not come within 50 ms');
  });

  it.each([
    'http://example.com/x',
    'https://127.0.0.1/x',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
    'https://８.８.８.８:22/',
    'https://１２７.0.0.1/',
    'https://example.com:22/',
    'https://example.com:8080/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'gopher://127.0.0.1/',
    'javascript:1',
    'https://user:pass@example.com/',
    'not a url',
    '',
  ])('E7 %j is not even tried', async (url) => {
    const resolve = (): never => {
      throw new Error('nobody may ask for an address');
    };
    expect(await reasonOf(url, { ...STRICT, resolve })).toMatch(/^its (URL|address) /);
  });

  it.each([
    ['localhost', ['127.0.0.1']],
    ['localhost.', ['127.0.0.1']],
    ['inner.example', ['10.1.2.3']],
    ['metadata.google.internal', ['169.254.169.254']],
    ['both.example', ['8.8.8.8', '192.168.0.1']],
    ['six.example', ['fd00::1']],
    ['none.example', []],
  ])('E7 a name that means an inner address is not connected to: %s → %j', async (host, addresses) => {
    const resolve: RemoteContentOptions['resolve'] = (_host, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    expect(await reasonOf(`https://${host}/x`, { ...STRICT, resolve })).toBe('its server could not be reached');
    expect(seen).toEqual([]);
  });

  it.each(['ftp://inner.example/', 'http://user:pass@inner.example/', 'file:///etc/passwd'])(
    'E7 is checked again at a redirect: %s',
    async (location) => {
      answer = (_request, response) => response.writeHead(302, { location }).end();
      expect(await reasonOf(`${origin}/`, LOOSE)).toMatch(/^its URL must/);
      expect(seen).toEqual(['/']);
    },
  );

  it('E7 connects to the address that was checked, and asks for it once', async () => {
    const asked: string[] = [];
    const { port } = server.address() as AddressInfo;
    const resolve: RemoteContentOptions['resolve'] = (host, done) => {
      asked.push(host);
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    expect((await readRemoteContent(`http://first.example:${port}/`, { ...LOOSE, resolve })).bytes).toEqual(PNG);
    expect(asked).toEqual(['first.example']);
  });

  it('E7 says the same of a closed port, an unknown name and a refused address', async () => {
    const nowhere: RemoteContentOptions['resolve'] = (_host, done) => done(new Error('ENOTFOUND'), []);
    const closed = await reasonOf('http://127.0.0.1:1/', LOOSE);
    expect(closed).toBe('its server could not be reached');
    expect(await reasonOf('https://nobody.example/', { ...STRICT, resolve: nowhere })).toBe(closed);
  });
});
