import { randomBytes } from 'node:crypto';

/**
 * The way of a large body from an edge to the worker that took its request, over TCP. A worker asks as often as it likes
 * on one connection and is answered in the order of its questions.
 *
 * Question: version u8, key (16 bytes), length of the worker's name u8, the name (UTF-8).
 * Answer: 0 for "no such body here", or 1, the proof (16 bytes), length u32 (big-endian), and the body.
 *
 * Key and proof travel in the envelope. The key says that the worker was given this request; the proof says that whoever
 * answers is the edge that offered the body, and not somebody else who listens at that address.
 */
export const PROTOCOL_VERSION = 1;
export const KEY_BYTES = 16;
export const QUESTION_HEADER_BYTES = 1 + KEY_BYTES + 1;
export const ANSWER_HEADER_BYTES = 1 + KEY_BYTES + 4;
export const NOT_HERE = 0;
export const HERE = 1;

/** Key and proof of one offer. */
export interface BodySecret {
  readonly key: Buffer;
  readonly proof: Buffer;
}

export function newBodySecret(): Buffer {
  return randomBytes(2 * KEY_BYTES);
}

/** @returns null when the text is no secret of ours. */
export function readBodySecret(text: string): BodySecret | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 2 * KEY_BYTES) return null;
  return { key: bytes.subarray(0, KEY_BYTES), proof: bytes.subarray(KEY_BYTES) };
}

export function encodeQuestion(key: Buffer, worker: string): Buffer {
  const name = Buffer.from(worker);
  const question = Buffer.allocUnsafe(QUESTION_HEADER_BYTES + name.length);
  question[0] = PROTOCOL_VERSION;
  question.set(key, 1);
  question[1 + KEY_BYTES] = name.length;
  question.set(name, QUESTION_HEADER_BYTES);
  return question;
}

export function encodeAnswerHead(proof: Buffer, bodyBytes: number): Buffer {
  const head = Buffer.allocUnsafe(ANSWER_HEADER_BYTES);
  head[0] = HERE;
  head.set(proof, 1);
  head.writeUInt32BE(bodyBytes, 1 + KEY_BYTES);
  return head;
}
