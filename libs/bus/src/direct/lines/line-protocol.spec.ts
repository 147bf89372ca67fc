import fc from 'fast-check';
import { encodeMessages, type LineMessage, MessageReader } from './line-protocol';

const message: fc.Arbitrary<LineMessage> = fc.record({
  token: fc.string({ unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'), maxLength: 12 }),
  bytes: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
});

/** The bytes, cut at these shares of their length. */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const ends = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

it('messages come out as they went in, however the bytes are cut and however many are written at once', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 5 }), { maxLength: 8 }), shares, (writes, cuts) => {
      const bytes = Buffer.concat(writes.map((messages) => encodeMessages(messages)));
      const read: LineMessage[] = [];
      const reader = new MessageReader();
      for (const chunk of cut(bytes, cuts))
        reader.push(chunk, (token, payload) => read.push({ token, bytes: payload }));
      expect(read).toEqual(writes.flat());
    }),
  );
});

it('S2 bytes that are no messages are refused or waited for, and hold no more than was sent', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 200 }), (bytes) => {
      let told = 0;
      try {
        new MessageReader().push(Buffer.from(bytes), (token, payload) => {
          told += token.length + payload.length;
        });
      } catch (error) {
        expect(String(error)).toMatch(/a message (of \d+ bytes|that is shorter than its token)/);
      }
      expect(told).toBeLessThan(bytes.length);
    }),
  );
});

it('a message that is announced larger than any of ours ends the line', () => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(2 * 1024 * 1024 + 1);
  expect(() => new MessageReader().push(head, () => undefined)).toThrow('a message of 2097153 bytes');
});
