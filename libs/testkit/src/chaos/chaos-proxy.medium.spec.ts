// Real: TCP on loopback, an echo server behind the proxy.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from '../eventually';
import { ChaosProxy } from './chaos-proxy';

let echo: Server;
let proxy: ChaosProxy;
const served: Socket[] = [];
const opened: Socket[] = [];

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = new ChaosProxy({ port: (echo.address() as AddressInfo).port });
  await proxy.start();
});

afterEach(async () => {
  for (const socket of [...opened.splice(0), ...served.splice(0)]) socket.destroy();
  await proxy.stop();
  await new Promise((resolve) => echo.close(resolve));
});

interface Client {
  readonly socket: Socket;
  text(): string;
  error(): string | undefined;
}

async function client(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  opened.push(socket);
  let text = '';
  let code: string | undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code;
  });
  // A refused connection may break before it is reported as made.
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return { socket, text: () => text, error: () => code };
}

async function echoed(talker: Client, text: string): Promise<void> {
  talker.socket.write(text);
  await eventually(`the echo of ${text}`, () => talker.text().endsWith(text));
}

test('passes bytes and ends through unchanged', async () => {
  const talker = await client();
  const big = 'x'.repeat(3_000_000);
  talker.socket.write(big);
  talker.socket.end('.');
  await eventually('the end', () => talker.socket.readableEnded);
  expect(talker.text()).toBe(`${big}.`);
  expect(proxy.acceptedConnections).toBe(1);
  await eventually('the connection to be forgotten', () => proxy.openConnections === 0);
});

test('cut resets running connections on both sides, and lets new ones in', async () => {
  const talker = await client();
  await echoed(talker, 'one');
  proxy.cut();
  await eventually('the reset', () => talker.error());
  expect(talker.error()).toBe('ECONNRESET');
  await eventually('the server to see it', () => served[0]!.destroyed);
  await echoed(await client(), 'two');
});

test('cut can refuse new connections until restored', async () => {
  proxy.cut({ refuseNew: true });
  const refused = await client();
  await eventually('the reset', () => refused.error());
  proxy.restore();
  await echoed(await client(), 'back');
});

test('blackhole keeps connections open but silent, and delivers when restored', async () => {
  const talker = await client();
  await echoed(talker, 'one');
  proxy.blackhole();
  const long = '2'.repeat(1_000_000);
  talker.socket.write(long);
  const late = await client();
  late.socket.write('three');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([talker.text(), late.text()]).toEqual(['one', '']);
  expect([talker.socket.closed, late.socket.closed]).toEqual([false, false]);
  proxy.restore();
  await eventually('the held bytes', () => talker.text() === `one${long}` && late.text() === 'three');
});

test('latency holds back in both directions', async () => {
  const talker = await client();
  await echoed(talker, 'one');
  proxy.latency(60);
  const started = performance.now();
  await echoed(talker, 'two');
  // Lower bound only: timers never fire early by more than a millisecond.
  expect(performance.now() - started).toBeGreaterThanOrEqual(116);
});

test('bandwidth lets through only so much', async () => {
  const talker = await client();
  proxy.bandwidth(1_000_000);
  const started = performance.now();
  const numbers = Array.from({ length: 40_000 }, (_, index) => index).join(' ');
  await echoed(talker, numbers);
  expect(talker.text()).toBe(numbers);
  expect(performance.now() - started).toBeGreaterThanOrEqual(180);
  proxy.restore();
  await echoed(talker, `${'y'.repeat(1_000_000)}.`);
});

test('a dead server is passed on as a reset', async () => {
  const talker = await client();
  await echoed(talker, 'one');
  served[0]!.resetAndDestroy();
  await eventually('the reset', () => talker.socket.closed);
  proxy.retarget({ port: 1 });
  const lost = await client();
  await eventually('the refusal', () => lost.socket.closed);
});
