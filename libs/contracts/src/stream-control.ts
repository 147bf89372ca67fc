/**
 * What an edge tells the worker of a running request. Credit is cumulative ("so much has reached the client's socket"),
 * so a lost or doubled message does no harm.
 */
export type StreamControl =
  | { readonly type: 'credit'; readonly consumedBytes: number; readonly consumedMessages: number }
  | { readonly type: 'cancel'; readonly reason: CancelReason }
  | { readonly type: 'body'; readonly offset: number; readonly bytes: Uint8Array };

export type CancelReason = 'client-gone' | 'superseded' | 'slow-consumer' | 'gap' | 'deadline' | 'shutdown';

/** Most a worker sends ahead of the client, in messages and in payload bytes. */
export const CREDIT_WINDOW_MESSAGES = 64;
export const CREDIT_WINDOW_BYTES = 256 * 1024;

const REASONS: readonly CancelReason[] = ['client-gone', 'superseded', 'slow-consumer', 'gap', 'deadline', 'shutdown'];
const CREDIT_BYTES = 13;
const BODY_HEADER_BYTES = 5;

/** Credit: 1 u8, bytes f64, messages u32. Cancel: 2 u8, reason u8. Body: 3 u8, offset u32, bytes. Big-endian. */
export function encodeStreamControl(control: StreamControl): Uint8Array {
  if (control.type === 'cancel') return Uint8Array.of(2, REASONS.indexOf(control.reason));
  if (control.type === 'body') {
    const piece = Buffer.allocUnsafe(BODY_HEADER_BYTES + control.bytes.length);
    piece[0] = 3;
    piece.writeUInt32BE(control.offset, 1);
    piece.set(control.bytes, BODY_HEADER_BYTES);
    return piece;
  }
  const message = Buffer.allocUnsafe(CREDIT_BYTES);
  message[0] = 1;
  message.writeDoubleBE(control.consumedBytes, 1);
  message.writeUInt32BE(control.consumedMessages, 9);
  return message;
}

/** @throws Error on anything else than a control message. */
export function decodeStreamControl(message: Uint8Array): StreamControl {
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (view[0] === 1 && view.length === CREDIT_BYTES) {
    return { type: 'credit', consumedBytes: view.readDoubleBE(1), consumedMessages: view.readUInt32BE(9) };
  }
  if (view[0] === 3 && view.length >= BODY_HEADER_BYTES) {
    return { type: 'body', offset: view.readUInt32BE(1), bytes: view.subarray(BODY_HEADER_BYTES) };
  }
  const reason = view[0] === 2 ? REASONS[view[1] ?? -1] : undefined;
  if (!reason) throw new Error('not a stream control message');
  return { type: 'cancel', reason };
}
