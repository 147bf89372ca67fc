/**
 * What an edge tells the worker of a running request. Credit is cumulative ("so much has reached the client's socket"),
 * so a lost or doubled message does no harm.
 */
export type StreamControl =
  | { readonly type: 'credit'; readonly consumedBytes: number; readonly consumedMessages: number }
  | { readonly type: 'cancel'; readonly reason: CancelReason };

export type CancelReason = 'client-gone' | 'superseded' | 'slow-consumer' | 'gap' | 'deadline' | 'shutdown';

/** Most a worker sends ahead of the client, in messages and in payload bytes. */
export const CREDIT_WINDOW_MESSAGES = 64;
export const CREDIT_WINDOW_BYTES = 256 * 1024;

const REASONS: readonly CancelReason[] = ['client-gone', 'superseded', 'slow-consumer', 'gap', 'deadline', 'shutdown'];
const CREDIT_BYTES = 13;

/** Credit: 1 u8, bytes f64, messages u32. Cancel: 2 u8, reason u8. Big-endian. */
export function encodeStreamControl(control: StreamControl): Uint8Array {
  if (control.type === 'cancel') return Uint8Array.of(2, REASONS.indexOf(control.reason));
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
  const reason = view[0] === 2 ? REASONS[view[1] ?? -1] : undefined;
  if (!reason) throw new Error('not a stream control message');
  return { type: 'cancel', reason };
}
