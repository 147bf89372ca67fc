import { CREDIT_WINDOW_BYTES, CREDIT_WINDOW_MESSAGES, decodeFrames, type Frame } from '@gateway/contracts';
import fc from 'fast-check';
import { ReplyStream } from './reply-stream';

function openStream() {
  const messages: Uint8Array[] = [];
  const blocked: boolean[] = [];
  const stream = new ReplyStream({
    publish: (bytes) => messages.push(bytes),
    onBlocked: (now) => blocked.push(now),
    nowMs: () => 0,
  });
  const frames = (): Frame[] => messages.flatMap((message) => decodeFrames(message));
  const bytesSent = (): number => messages.reduce((sum, message) => sum + message.length, 0);
  return { stream, messages, blocked, frames, bytesSent };
}

const ERROR = { error: { code: 'stream_interrupted' as const, message: 'x' }, attempts: 1 };
const settle = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));

describe('ReplyStream', () => {
  it('joins the frames of one tick into one message', async () => {
    const { stream, messages, frames } = openStream();
    stream.part(Buffer.from('a'));
    stream.part(Buffer.from('b'));
    stream.end();
    await settle();
    expect(messages).toHaveLength(1);
    expect(frames().map((frame) => frame.type)).toEqual(['part', 'part', 'end']);
  });

  it('frames arrive in order, complete, and never more than the window ahead of the client', async () => {
    const piece = fc.integer({ min: 1, max: 150_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.infiniteStream(fc.boolean()), async (sizes, grants) => {
        const { stream, messages, frames, bytesSent } = openStream();
        let consumed = 0;
        let consumedMessages = 0;
        const grant = (): void => {
          consumed = bytesSent();
          consumedMessages = messages.length;
          stream.credit(consumed, consumedMessages);
        };
        const checkWindow = (): void => {
          // One message may cross the line: it is the one that used the window up.
          expect(bytesSent() - consumed).toBeLessThanOrEqual(CREDIT_WINDOW_BYTES + 66 * 1024);
          expect(messages.length - consumedMessages).toBeLessThanOrEqual(CREDIT_WINDOW_MESSAGES);
        };
        for (const [index, size] of sizes.entries()) {
          stream.part(Buffer.alloc(size, index));
          await settle();
          checkWindow();
          if (grants.next().value) grant();
          checkWindow();
        }
        stream.end();
        for (let round = 0; round < 200 && !stream.isClosed; round += 1) {
          grant();
          await settle();
        }
        const received = frames();
        expect(received.map((frame) => frame.seq)).toEqual(received.map((_, index) => index));
        expect(received.at(-1)?.type).toBe('end');
        const bytes = Buffer.concat(received.flatMap((frame) => (frame.type === 'part' ? [frame.bytes] : [])));
        expect(bytes.equals(Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index))))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('asks the source to pause when the window is used up, and to go on when there is credit', async () => {
    const { stream, messages, blocked, bytesSent } = openStream();
    for (let index = 0; index < CREDIT_WINDOW_MESSAGES; index += 1) {
      stream.part(Buffer.from('x'));
      await settle();
    }
    expect(blocked).toEqual([true]);
    stream.part(Buffer.from('waits'));
    await settle();
    expect(messages).toHaveLength(CREDIT_WINDOW_MESSAGES);
    stream.credit(bytesSent(), messages.length);
    expect(blocked).toEqual([true, false]);
    expect(messages).toHaveLength(CREDIT_WINDOW_MESSAGES + 1);
  });

  it('an error overtakes what waits for credit; nothing follows it', async () => {
    const { stream, frames } = openStream();
    stream.part(Buffer.alloc(CREDIT_WINDOW_BYTES));
    stream.part(Buffer.from('never sent'));
    stream.error(ERROR);
    stream.end();
    stream.credit(CREDIT_WINDOW_BYTES * 2, 100);
    await settle();
    expect(frames().filter((frame) => frame.type === 'error' || frame.type === 'end')).toHaveLength(1);
    expect(frames().at(-1)?.type).toBe('error');
    expect(stream.isClosed).toBe(true);
  });

  it('an error waits for the rest of a piece that was begun, and for nothing else', async () => {
    const { stream, frames } = openStream();
    stream.part(Buffer.alloc(CREDIT_WINDOW_BYTES + 100_000, 'e'));
    stream.part(Buffer.from('never sent'));
    stream.error(ERROR);
    await settle();
    const parts = frames().flatMap((frame) => (frame.type === 'part' ? [frame.bytes.length] : []));
    expect(parts.reduce((sum, length) => sum + length, 0)).toBe(CREDIT_WINDOW_BYTES + 100_000);
    expect(frames().at(-1)?.type).toBe('error');
  });

  it('credit that comes late, doubled or out of order changes nothing', async () => {
    const { stream, messages } = openStream();
    stream.credit(1_000, 10);
    stream.credit(500, 5);
    for (let index = 0; index < CREDIT_WINDOW_MESSAGES + 5; index += 1) {
      stream.part(Buffer.from('x'));
      await settle();
    }
    expect(messages).toHaveLength(CREDIT_WINDOW_MESSAGES + 5);
  });
});
