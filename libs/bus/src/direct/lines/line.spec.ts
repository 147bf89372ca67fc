// No I/O: the socket is a stream in memory, the clock is the test's.
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { Line } from './line';
import { encodeMessages } from './line-protocol';

let nowMs: number;
let socket: PassThrough;
let overs: number;
let written: Buffer[];
let line: Line;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  [nowMs, overs, written] = [0, 0, []];
  socket = Object.assign(new PassThrough(), {
    destroySoon: () => undefined,
    write: (bytes: Buffer) => written.push(bytes) > 0,
  });
  line = new Line({
    socket: socket as unknown as Socket,
    logger: SILENT_LOGGER,
    onMessage: () => fail('a sign of life is nobody’s message'),
    onOver: () => {
      overs += 1;
      throw new Error('a listener that fails');
    },
    nowMs: () => nowMs,
  });
});

afterEach(() => {
  line.close();
  jest.useRealTimers();
});

function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 5_000) {
    nowMs += 5_000;
    jest.advanceTimersByTime(5_000);
  }
}

const SIGN_OF_LIFE = encodeMessages([{ token: '', bytes: Buffer.alloc(0) }]);

it('a line on which nothing comes any more is over after a quarter of a minute, whatever its listener does', () => {
  pass(15_000);
  expect([line.isOpen, overs]).toEqual([true, 0]);
  pass(5_000);
  expect([line.isOpen, overs, socket.destroyed]).toEqual([false, 1, true]);
});

it('signs of life keep it, and are told to nobody', () => {
  for (let count = 0; count < 10; count += 1) {
    pass(10_000);
    line.receive(SIGN_OF_LIFE);
  }
  expect([line.isOpen, overs]).toEqual([true, 0]);
});

it('says so itself every five seconds', async () => {
  pass(10_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(Buffer.concat(written)).toEqual(Buffer.concat([SIGN_OF_LIFE, SIGN_OF_LIFE]));
});

it('a process that stood still looks once more before it gives a line up', () => {
  nowMs = 60_000;
  jest.advanceTimersByTime(5_000);
  expect(line.isOpen).toBe(true);
  line.receive(SIGN_OF_LIFE);
  pass(5_000);
  expect(line.isOpen).toBe(true);
});

function fail(message: string): never {
  throw new Error(message);
}
