import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { isMalformedResponse } from '../malformed-response';
import { arbitraryCuts, everyByteAlone } from '../sse/__fixtures__/cut-anywhere';
import type { SseEvent } from '../sse/sse-event';
import { AWS_EVENT_STREAM_FRAMING } from './event-stream-framing';
import { SplitEventStreamMessages } from './split-messages';

/** Amazon's own, which writes what we read. */
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);
type Headers = Parameters<typeof codec.encode>[0]['headers'];

const encode = (headers: Headers, body: string): Buffer =>
  Buffer.from(codec.encode({ headers, body: Buffer.from(body, 'utf8') }));
const text = (value: string) => ({ type: 'string' as const, value });
const eventOf = (type: string, body: string): Buffer =>
  encode(
    { ':event-type': text(type), ':content-type': text('application/json'), ':message-type': text('event') },
    body,
  );

function read(chunks: readonly Buffer[]): SseEvent[] {
  const splitter = AWS_EVENT_STREAM_FRAMING.createSplitter();
  return chunks.flatMap((chunk) => [...splitter.push(chunk)]);
}

const refuses = (...chunks: Buffer[]): boolean => {
  try {
    read(chunks);
    return false;
  } catch (error) {
    if (isMalformedResponse(error)) return true;
    throw error;
  }
};

const otherHeader = fc.oneof(
  fc.boolean().map((value) => ({ type: 'boolean' as const, value })),
  fc.integer({ min: -128, max: 127 }).map((value) => ({ type: 'byte' as const, value })),
  fc.integer({ min: -32_768, max: 32_767 }).map((value) => ({ type: 'short' as const, value })),
  fc.integer().map((value) => ({ type: 'integer' as const, value })),
  fc.uint8Array({ maxLength: 40 }).map((value) => ({ type: 'binary' as const, value })),
  fc.date({ noInvalidDate: true }).map((value) => ({ type: 'timestamp' as const, value })),
  fc.uuid().map((value) => ({ type: 'uuid' as const, value })),
  fc.string({ unit: 'binary', maxLength: 40 }).map(text),
);
const message = fc.record({
  type: fc.stringMatching(/^[a-zA-Z]{1,20}$/),
  body: fc.string({ unit: 'binary', maxLength: 60 }),
  more: fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), otherHeader, { maxKeys: 4 }),
});

describe('B3 Amazon’s event stream', () => {
  it('any chunking of what Amazon’s own codec wrote gives the same events, whatever other headers they have', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), arbitraryCuts(), (messages, cut) => {
        const bytes = Buffer.concat(
          messages.map(({ type, body, more }) =>
            encode({ ...more, ':event-type': text(type), ':message-type': text('event') }, body),
          ),
        );
        const expected = messages.map(({ type, body }) => ({ event: type, data: body }));
        expect(read([bytes])).toEqual(expected);
        expect(read(cut(bytes))).toEqual(expected);
        expect(read(everyByteAlone(bytes))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('no bit may change on the way', () => {
    const bytes = eventOf('contentBlockDelta', '{"delta":{"text":"é"}}');
    // A length that grew is only found out when the bytes are there: a stream of them follows.
    const rest = Buffer.alloc(8 * 1024 * 1024);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(refuses(damaged, rest)).toBe(true);
    }
  });

  it('holds back what is not whole yet, and drops it at the end', () => {
    const bytes = Buffer.concat([eventOf('a', '1'), eventOf('b', '2')]);
    expect(read([bytes.subarray(0, bytes.length - 1)])).toEqual([{ event: 'a', data: '1' }]);
    expect(read([])).toEqual([]);
  });

  it('marks exceptions and errors', () => {
    const exception = encode(
      { ':message-type': text('exception'), ':exception-type': text('throttlingException') },
      '{"message":"slow down"}',
    );
    const error = encode(
      { ':message-type': text('error'), ':error-code': text('InternalError'), ':error-message': text('oh') },
      '',
    );
    expect(read([exception, error])).toEqual([
      { event: '!throttlingException', data: '{"message":"slow down"}' },
      { event: '!InternalError', data: '{"message":"oh"}' },
    ]);
    expect(refuses(encode({ ':message-type': text('novel') }, ''))).toBe(true);
  });

  it('limits a message to 4 MB by its prelude, before its bytes are there', () => {
    const size = (payload: number) => eventOf('a', 'x'.repeat(payload));
    const overhead = size(0).length;
    expect(refuses(size(4 * 1024 * 1024 - overhead))).toBe(false);
    expect(refuses(size(4 * 1024 * 1024 - overhead + 1).subarray(0, 12))).toBe(true);
  });

  it('gives messages inside one chunk as views of it, without copying', () => {
    const chunk = Buffer.concat([eventOf('a', '1'), eventOf('b', '2')]);
    const messages = new SplitEventStreamMessages().push(chunk);
    expect(messages.map(({ buffer }) => buffer === chunk.buffer)).toEqual([true, true]);
  });
});
