import { KEY_BYTES } from '../direct-secret';

/**
 * A line between a worker and an edge, over TCP, on which the worker answers requests and the edge tells it how that goes:
 * what NATS carries on `reply` and `control` subjects otherwise. The worker opens it.
 *
 * Hello of the worker: version u8, key (16 bytes). Hello of the edge: the proof (16 bytes). Both are the edge's own for as
 * long as it lives, and travel in its envelopes (see `DirectSecret`).
 * Then, either way, messages: length of the rest u32 (big-endian), length of the token u8, the token (latin1), the payload.
 */
export const LINES = 2;
export const HELLO_BYTES = 1 + KEY_BYTES;
const LENGTH_BYTES = 4;
/** Frames hold at most 900 KB; whoever announces more is not one of us. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export interface LineMessage {
  readonly token: string;
  readonly bytes: Uint8Array;
}

export function encodeHello(key: Buffer): Buffer {
  return Buffer.concat([Buffer.of(LINES), key]);
}

/** All of them in one piece: one write is cheaper than many, and messages are small. */
export function encodeMessages(messages: readonly LineMessage[]): Buffer {
  let size = 0;
  for (const { token, bytes } of messages) size += LENGTH_BYTES + 1 + token.length + bytes.length;
  const encoded = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { token, bytes } of messages) {
    at = encoded.writeUInt32BE(1 + token.length + bytes.length, at);
    at = encoded.writeUInt8(token.length, at);
    at += encoded.write(token, at, 'latin1');
    encoded.set(bytes, at);
    at += bytes.length;
  }
  return encoded;
}

/** Cuts what arrives into messages again. */
export class MessageReader {
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** Bytes without which nothing more can be read. */
  private neededBytes = LENGTH_BYTES;

  /** @throws Error when this cannot be what the other end of a line says. */
  push(chunk: Buffer, onMessage: (token: string, bytes: Buffer) => void): void {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes < this.neededBytes) return;
    const bytes = this.waiting.length === 1 ? chunk : Buffer.concat(this.waiting, this.waitingBytes);
    const rest = this.readAll(bytes, onMessage);
    this.waiting = rest.length > 0 ? [rest] : [];
    this.waitingBytes = rest.length;
  }

  private readAll(bytes: Buffer, onMessage: (token: string, bytes: Buffer) => void): Buffer {
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(at);
      const from = at + LENGTH_BYTES;
      if (length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`);
      if (bytes.length < from + length) {
        this.neededBytes = LENGTH_BYTES + length;
        return bytes.subarray(at);
      }
      const payload = from + 1 + (bytes[from] ?? 0);
      if (payload > from + length) throw new Error('a message that is shorter than its token');
      onMessage(bytes.toString('latin1', from + 1, payload), bytes.subarray(payload, from + length));
      at = from + length;
    }
    this.neededBytes = LENGTH_BYTES;
    return bytes.subarray(at);
  }
}
