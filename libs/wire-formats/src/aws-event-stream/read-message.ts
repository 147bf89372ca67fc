import { crc32 } from 'node:zlib';
import { MalformedResponse } from '../malformed-response';

/** Total length, length of the headers, and a checksum of both: four bytes each, big-endian. */
export const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
export const LEAST_MESSAGE_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;
/** The format's own limit for all headers of one message. */
const MOST_HEADER_BYTES = 128 * 1024;

/** How long a header's value is, by its type: booleans are in the type itself, integers, a timestamp and a UUID are fixed. */
const FIXED_VALUE_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const BYTES_TYPE = 6;
const TEXT_TYPE = 7;

export interface EventStreamMessage {
  /** Those whose value is text; no event of a model's answer has another one. */
  readonly headers: ReadonlyMap<string, string>;
  /** A view of the message's bytes. */
  readonly payload: Buffer;
}

/**
 * How long the message is that begins with this prelude.
 * @throws MalformedResponse when the checksum is wrong, or the lengths cannot be.
 */
export function readPrelude(prelude: Buffer, mostBytes: number): number {
  const totalBytes = prelude.readUInt32BE(0);
  const headerBytes = prelude.readUInt32BE(4);
  if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8)) {
    throw new MalformedResponse('the checksum of an event’s prelude is wrong');
  }
  if (headerBytes > MOST_HEADER_BYTES || totalBytes < LEAST_MESSAGE_BYTES + headerBytes) {
    throw new MalformedResponse('the lengths in an event’s prelude cannot be');
  }
  if (totalBytes > mostBytes) {
    throw new MalformedResponse(`the provider sent an event of more than ${mostBytes} bytes`);
  }
  return totalBytes;
}

/** One whole message whose prelude was read. @throws MalformedResponse */
export function readMessage(message: Buffer): EventStreamMessage {
  const checked = message.length - CHECKSUM_BYTES;
  if (crc32(message.subarray(0, checked)) !== message.readUInt32BE(checked)) {
    throw new MalformedResponse('the checksum of an event is wrong');
  }
  const payloadStart = PRELUDE_BYTES + message.readUInt32BE(4);
  return {
    headers: readHeaders(message.subarray(PRELUDE_BYTES, payloadStart)),
    payload: message.subarray(payloadStart, checked),
  };
}

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd];
    const [valueStart, valueBytes] = extentOf(bytes, nameEnd + 1, type);
    const end = valueStart + valueBytes;
    if (end > bytes.length) throw new MalformedResponse('a header of an event is cut short');
    if (type === TEXT_TYPE)
      headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', valueStart, end));
    at = end;
  }
  return headers;
}

function extentOf(bytes: Buffer, at: number, type: number | undefined): readonly [start: number, length: number] {
  if (type === BYTES_TYPE || type === TEXT_TYPE) {
    if (at + 2 > bytes.length) throw new MalformedResponse('a header of an event is cut short');
    return [at + 2, bytes.readUInt16BE(at)];
  }
  const length = type === undefined ? undefined : FIXED_VALUE_BYTES[type];
  if (length === undefined) throw new MalformedResponse('a header of an event has an unknown type');
  return [at, length];
}
