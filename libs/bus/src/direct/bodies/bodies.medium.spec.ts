// Real sockets on loopback: what is to be shown is that nothing gets lost, mixed up or given to strangers on them.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { BodyOffer } from '@gateway/contracts';
import { SILENT_LOGGER } from '@gateway/telemetry';
import fc from 'fast-check';
import { newDirectSecret, readDirectSecret } from '../direct-secret';
import { DirectServer } from '../direct-server';
import { BodyFetcher } from './body-fetcher';
import type { BodyOffers } from './body-offers';

const logger = SILENT_LOGGER;
/** However slow the machine is: only one test here is about an answer that does not come. */
const NEVER_MS = 100_000;
let server: DirectServer;
let bodies: BodyOffers;
let fetcher: BodyFetcher;

beforeEach(async () => {
  server = await DirectServer.listen({ host: '127.0.0.1', port: 0, logger });
  bodies = server.bodies;
  fetcher = new BodyFetcher({ worker: 'worker-1', logger, patienceMs: NEVER_MS });
});

afterEach(async () => {
  fetcher.close();
  await server.close();
});

const fetched = (offer: BodyOffer, bodyBytes: number): Promise<Buffer | null> =>
  new Promise((resolve) => fetcher.fetch(offer, bodyBytes, resolve));

it('Property 1: request forwarding: bodies of any size, fetched all at once, come whole and each to who asked', async () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 60_000, max: 300_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 12 }), async (sizes) => {
      const sent = sizes.map((bytes, index) => Buffer.alloc(bytes, `${index}:${bytes};`));
      const asked: string[] = [];
      const offers = sent.map((body) =>
        bodies.offer((worker) => {
          asked.push(worker);
          return body;
        }),
      );
      const got = await Promise.all(offers.map((offer, index) => fetched(offer, sizes[index] ?? 0)));
      expect(got.every((body, index) => sent[index]?.equals(body ?? Buffer.alloc(0)))).toBe(true);
      expect(asked).toEqual(sent.map(() => 'worker-1'));
      expect(bodies.open).toBe(0);
    }),
    { numRuns: 25 },
  );
});

it('gives a body once, and none that was withdrawn', async () => {
  const body = Buffer.from('once');
  const taken = bodies.offer(() => body);
  const withdrawn = bodies.offer(() => body);
  withdrawn.withdraw();
  expect([await fetched(taken, 4), await fetched(taken, 4), await fetched(withdrawn, 4)]).toEqual([body, null, null]);
});

it('answers others on the same connection when one body cannot be given', async () => {
  const failing = bodies.offer(() => {
    throw new Error('not any more');
  });
  const good = bodies.offer(() => Buffer.from('good'));
  expect(await Promise.all([fetched(failing, 4), fetched(good, 4)])).toEqual([null, Buffer.from('good')]);
});

it('S2 gives nothing to who does not know the key, and survives any bytes', async () => {
  const port = Number(bodies.offer(() => Buffer.from('secret')).address.split(':')[1]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, isQuestion) => {
      // Half of them are well-formed questions with a key of their own.
      const sent = isQuestion
        ? Buffer.concat([Buffer.of(1), Buffer.alloc(16, `${bytes}`), Buffer.of(0)])
        : Buffer.from(bytes);
      expect((await answersTo(port, sent)).includes('secret')).toBe(false);
    }),
    { numRuns: 50 },
  );
  expect(bodies.open).toBe(1);
});

/** Everything the server says to these bytes; ends its own side, so that the server ends the connection. */
function answersTo(port: number, sent: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(sent));
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    socket.on('error', () => resolve(heard));
    socket.on('close', () => resolve(heard));
  });
}

describe('an address that is not the edge’s', () => {
  let stranger: Server;
  let heard: Buffer;
  const sockets: Socket[] = [];

  /** Somebody who answers each connection in this way. */
  async function listen(answer: (socket: Socket, question: Buffer) => void): Promise<BodyOffer> {
    heard = Buffer.alloc(0);
    stranger = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        heard = Buffer.concat([heard, bytes]);
        answer(socket, bytes);
      });
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { address: `127.0.0.1:${port}`, secret: newDirectSecret().toString('base64url') };
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    if (stranger.listening) await new Promise((resolve) => stranger.close(resolve));
  });

  it('S2 is not believed without the proof, never hears it, and is left alone from then on', async () => {
    const offer = await listen((socket) => {
      const answer = Buffer.alloc(1 + 16 + 4 + 4, 'x');
      answer[0] = 1;
      answer.writeUInt32BE(4, 17);
      socket.write(answer);
    });
    expect(await fetched(offer, 4)).toBeNull();
    expect(heard.includes(readDirectSecret(offer.secret)?.proof ?? '')).toBe(false);
    const before = heard.length;
    expect(await fetched(offer, 4)).toBeNull();
    expect(heard.length).toBe(before);
  });

  it('that says nothing leaves the body to NATS', async () => {
    fetcher = new BodyFetcher({ worker: 'worker-1', logger, patienceMs: 20 });
    expect(await fetched(await listen(() => undefined), 4)).toBeNull();
  });

  it('that ends, or cuts a body off leaves the body to NATS', async () => {
    expect(await fetched(await listen((socket) => socket.end()), 4)).toBeNull();
    await new Promise((resolve) => stranger.close(resolve));
    const offer = await listen((socket) => {
      const head = Buffer.alloc(1 + 16 + 4);
      head[0] = 1;
      head.set(readDirectSecret(offer.secret)?.proof ?? [], 1);
      head.writeUInt32BE(4, 17);
      socket.write(head);
      socket.end('ab');
    });
    expect(await fetched(offer, 4)).toBeNull();
  });

  it('where nobody listens, or that is no address, leaves the body to NATS', async () => {
    const offer = await listen(() => undefined);
    await new Promise((resolve) => stranger.close(resolve));
    expect(await fetched(offer, 4)).toBeNull();
    expect(await fetched({ ...offer, address: 'nowhere' }, 4)).toBeNull();
    expect(await fetched({ ...offer, secret: 'short' }, 4)).toBeNull();
  });

  it('is tried again later', async () => {
    let nowMs = 0;
    fetcher = new BodyFetcher({ worker: 'worker-1', logger, nowMs: () => nowMs, patienceMs: NEVER_MS });
    const offer = bodies.offer(() => Buffer.from('late'));
    const { address } = offer;
    await server.close();
    expect(await fetched(offer, 4)).toBeNull();
    server = await DirectServer.listen({ host: '127.0.0.1', port: Number(address.split(':')[1]), logger });
    bodies = server.bodies;
    expect(
      await fetched(
        bodies.offer(() => Buffer.from('late')),
        4,
      ),
    ).toBeNull();
    nowMs = 30_000;
    expect(
      await fetched(
        bodies.offer(() => Buffer.from('late')),
        4,
      ),
    ).toEqual(Buffer.from('late'));
    stranger = createServer();
  });
});
