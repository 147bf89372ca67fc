import { randomBytes } from 'node:crypto';

export const KEY_BYTES = 16;

/**
 * What opens one offer of an edge, once. It travels in an envelope, over NATS. The key says that the worker was given the
 * request; the proof says that whoever answers is that edge, and not somebody else who listens at its address. The worker
 * says the key first: a stranger who hears it could fetch that one body, and nothing else.
 */
export interface DirectSecret {
  readonly key: Buffer;
  readonly proof: Buffer;
}

/** 32 bytes: key and proof. */
export function newDirectSecret(): Buffer {
  return randomBytes(2 * KEY_BYTES);
}

/** @returns null when the text is no secret of ours. */
export function readDirectSecret(text: string): DirectSecret | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 2 * KEY_BYTES) return null;
  return { key: bytes.subarray(0, KEY_BYTES), proof: bytes.subarray(KEY_BYTES) };
}
