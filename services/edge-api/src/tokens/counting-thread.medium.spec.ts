// Real: a thread. The tokenizer is a stand-in; the real one is asked by test/count-tokens.e2e.spec.ts.
import { join } from 'node:path';
import { CountingThread } from './counting-thread';

const thread = new CountingThread(join(__dirname, '__fixtures__/counts-letters.js'));

afterAll(() => thread.stop());

test('A8 each question gets its own answer', async () => {
  const counts = ['a', 'bb', 'ccc', ''].map((text) => thread.count('any', [text, text]));
  expect(await Promise.all(counts)).toEqual([2, 4, 6, 0]);
});

test('A8 a count that fails fails alone', async () => {
  const refused = thread.count('refused', ['a']);
  const good = thread.count('any', ['abc']);
  await expect(refused).rejects.toThrow('no such letters');
  expect(await good).toBe(3);
});

test('A8 a thread that dies fails those who wait, and the next question starts another', async () => {
  const waiting = [thread.count('deadly', ['a']), thread.count('any', ['abc'])];
  for (const result of await Promise.allSettled(waiting)) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('out of letters') },
    });
  }
  expect(await thread.count('any', ['abc'])).toBe(3);
});
