import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A line between a worker and an edge, over TCP, on which the worker answers requests and the edge tells it how that goes:
 * what NATS carries on `reply` and `control` subjects otherwise. The worker opens it.
 *
 * Both know a secret of the edge's, which travels in its envelopes, and show it without saying it. The worker: version u8,
 * a nonce (16 bytes). The edge: a nonce of its own, and its proof (32 bytes). The worker: its proof.
 * Then, either way, messages: length of the rest u32 (big-endian), length of the token u8, the token (latin1), the payload.
 */
export const LINES = 2;
export const NONCE_BYTES = 16;
export const PROOF_BYTES = 32;
export const HELLO_BYTES = 1 + NONCE_BYTES;
export const EDGE_HELLO_BYTES = NONCE_BYTES + PROOF_BYTES;
const SECRET_BYTES = 32;
const LENGTH_BYTES = 4;
/** Frames hold at most 900 KB; whoever announces more is not one of us. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export interface LineMessage {
  readonly token: string;
  readonly bytes: Uint8Array;
}

export function newLineSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** @returns null when the text is no secret of a line. */
export function readLineSecret(text: string): Buffer | null {
  const secret = Buffer.from(text, 'base64url');
  return secret.length === SECRET_BYTES ? secret : null;
}

export function newNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

export function encodeHello(nonce: Buffer): Buffer {
  return Buffer.concat([Buffer.of(LINES), nonce]);
}

/** That one end knows the secret, for these two nonces only. */
export function proofOf(end: 'edge' | 'worker', secret: Buffer, nonces: { edge: Buffer; worker: Buffer }): Buffer {
  return createHmac('sha256', secret).update(end).update(nonces.edge).update(nonces.worker).digest();
}

export function isProof(heard: Buffer, expected: Buffer): boolean {
  return heard.length === expected.length && timingSafeEqual(heard, expected);
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
