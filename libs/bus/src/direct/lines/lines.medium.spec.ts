// Real sockets on loopback, and a proxy to cut them: what is to be shown is that a line carries everything in its order,
// says when it is over, and is opened for nobody who was not told its secret.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { ChaosProxy, eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { DirectServer } from '../direct-server';
import type { Line } from './line';
import { LineDialer } from './line-dialer';
import { encodeHello, encodeMessages, newLineSecret, newNonce, PROOF_BYTES } from './line-protocol';

const logger = SILENT_LOGGER;
const EDGE = 'edge-1';

interface Told {
  readonly from: string;
  readonly text: string;
}

let server: DirectServer;
let dialer: LineDialer;
let nowMs: number;
let spooled: number;
let atEdge: Told[];
let atWorker: Told[];
let edgeLines: Line[];
let overAtEdge: Line[];

function openDialer(): LineDialer {
  const opened = new LineDialer({ logger, beforeSend: () => (spooled += 1), nowMs: () => nowMs });
  opened.listen((edge, token, bytes) => atWorker.push({ from: `${edge}.${token}`, text: text(bytes) }));
  return opened;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

async function openLine(offer = server.lines.offer): Promise<Line> {
  return eventually('the line', () => dialer.lineTo(EDGE, offer) ?? undefined);
}

beforeEach(async () => {
  [nowMs, spooled, atEdge, atWorker, edgeLines, overAtEdge] = [0, 0, [], [], [], []];
  server = await DirectServer.listen({ host: '127.0.0.1', port: 0, logger });
  server.lines.listen({
    onMessage: (line, token, bytes) => {
      if (!edgeLines.includes(line)) edgeLines.push(line);
      atEdge.push({ from: token, text: text(bytes) });
    },
    onOver: (line) => overAtEdge.push(line),
  });
  dialer = openDialer();
});

afterEach(async () => {
  dialer.close();
  await server.close();
});

it('messages of any size arrive in their order, both ways at once', async () => {
  const line = await openLine();
  line.send('hello', Buffer.from('edge'));
  const edgeLine = await eventually('the edge to hear it', () => edgeLines[0]);
  const piece = fc.record({
    token: fc.constantFrom('a', 'b', '1zz'),
    bytes: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 60_000, max: 900_000 })),
    isUrgent: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
      [atEdge, atWorker] = [[], []];
      for (const [index, { token, bytes, isUrgent }] of pieces.entries()) {
        line.send(token, Buffer.alloc(bytes, `${index};`), isUrgent);
        edgeLine.send(token, Buffer.alloc(bytes, `${index}:`), isUrgent);
      }
      await eventually('all of it', () => atEdge.length >= pieces.length && atWorker.length >= pieces.length);
      const sent = (prefix: string, filler: string): Told[] =>
        pieces.map(({ token, bytes }, index) => ({
          from: `${prefix}${token}`,
          text: text(Buffer.alloc(bytes, `${index}${filler}`)),
        }));
      // Compared by value but told in short: a difference of megabytes is nothing to read.
      expect(JSON.stringify(atEdge) === JSON.stringify(sent('', ';'))).toBe(true);
      expect(JSON.stringify(atWorker) === JSON.stringify(sent(`${EDGE}.`, ':'))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

it('D5 the books are on disk before anything leaves a worker', async () => {
  const line = await openLine();
  expect(spooled).toBe(0);
  line.send('t', Buffer.from('end'));
  await eventually('the message', () => atEdge.length === 1);
  expect(spooled).toBe(1);
});

it('an edge has one line to a worker, and no request waits for it', async () => {
  expect(dialer.lineTo(EDGE, server.lines.offer)).toBeNull();
  expect(dialer.lineTo(EDGE, server.lines.offer)).toBeNull();
  const line = await openLine();
  expect(dialer.lineTo(EDGE, server.lines.offer)).toBe(line);
});

it('what was sent before a worker closes its line still arrives', async () => {
  const line = await openLine();
  for (const word of ['the', 'last', 'words']) line.send('t', Buffer.from(word), false);
  dialer.close();
  await eventually('the line to be over', () => overAtEdge.length === 1);
  expect(atEdge.map((told) => told.text)).toEqual(['the', 'last', 'words']);
  expect([line.isOpen, overAtEdge[0]?.isOpen]).toEqual([false, false]);
});

it('both ends learn that a line was cut, and the next request opens another', async () => {
  const proxy = new ChaosProxy({ port: Number(server.lines.offer.split(/[:/]/)[1]) });
  await proxy.start();
  const offer = server.lines.offer.replace(/:\d+/, `:${proxy.port}`);
  const line = await openLine(offer);
  line.send('t', Buffer.from('before'));
  await eventually('the message', () => atEdge.length === 1);
  proxy.cut();
  await eventually('both to know', () => !line.isOpen && overAtEdge.length === 1);
  expect(overAtEdge).toEqual(edgeLines);
  line.send('t', Buffer.from('lost'));
  const next = await openLine(offer);
  next.send('t', Buffer.from('after'));
  await eventually('the next message', () => atEdge.length === 2);
  expect(atEdge.map((told) => told.text)).toEqual(['before', 'after']);
  await proxy.stop();
});

it('a handler that throws ends neither the line nor the process', async () => {
  server.lines.listen({
    onMessage: (_line, token) => {
      atEdge.push({ from: token, text: '' });
      throw new Error('cannot take it');
    },
    onOver: () => undefined,
  });
  const line = await openLine();
  line.send('one', Buffer.from('1'));
  line.send('two', Buffer.from('2'));
  await eventually('both messages', () => atEdge.length === 2);
  expect(line.isOpen).toBe(true);
});

it('S2 is opened for nobody who does not know the secret, and survives any bytes', async () => {
  const port = Number(server.lines.offer.split(/[:/]/)[1]);
  const line = await openLine();
  const message = encodeMessages([{ token: 't', bytes: Buffer.from('forged') }]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), async (bytes, isPolite) => {
      // Half of them greet as a worker does, and then guess.
      if (isPolite) await guess(port, Buffer.concat([Buffer.alloc(PROOF_BYTES, bytes), message]));
      else await say(port, Buffer.concat([bytes, message]));
    }),
    { numRuns: 50 },
  );
  line.send('t', Buffer.from('true'));
  await eventually('what a worker says', () => atEdge.length > 0);
  expect(atEdge.map((told) => told.text)).toEqual(['true']);
});

/** Says hello, answers the edge's hello with these bytes, and waits until the edge ends it. */
function guess(port: number, answer: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(encodeHello(newNonce())));
    socket.once('data', () => socket.end(answer));
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

function say(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.resume();
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

describe('an address that is not the edge’s', () => {
  let stranger: Server;
  let calls: number;
  const sockets: Socket[] = [];

  async function offerOf(answer: (socket: Socket) => void): Promise<string> {
    calls = 0;
    stranger = createServer((socket) => {
      calls += 1;
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `127.0.0.1:${port}/${newLineSecret().toString('base64url')}`;
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => stranger.close(resolve));
  });

  it.each([
    ['S2 is not believed without the proof', (socket: Socket) => socket.write(Buffer.alloc(60, 'x'))],
    ['hangs up', (socket: Socket) => socket.end()],
  ])('%s, and is left alone for half a minute', async (_what, answer) => {
    const offer = await offerOf(answer);
    expect(dialer.lineTo(EDGE, offer)).toBeNull();
    await eventually('the line to be given up', () => calls === 1 && sockets.every((socket) => socket.destroyed));
    nowMs = 29_999;
    expect(dialer.lineTo(EDGE, offer)).toBeNull();
    // Whoever was dialled before this line was open would have answered by now: both are on this machine.
    await openLine();
    expect(calls).toBe(1);
    nowMs = 30_001;
    await eventually('another try', () => {
      expect(dialer.lineTo(EDGE, offer)).toBeNull();
      return calls === 2;
    });
  });

  it('or is none leaves the answers to NATS', async () => {
    await offerOf(() => undefined);
    for (const offer of ['nowhere', '127.0.0.1:1/short', `127.0.0.1:99999/${newLineSecret().toString('base64url')}`]) {
      expect(dialer.lineTo(EDGE, offer)).toBeNull();
      expect(dialer.lineTo(EDGE, offer)).toBeNull();
    }
    expect(calls).toBe(0);
  });
});
