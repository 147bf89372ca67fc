import { KEY_BYTES } from '../direct-secret';

/**
 * The way of a large body from an edge to the worker that took its request, over TCP. A worker asks as often as it likes
 * on one connection and is answered in the order of its questions.
 *
 * Question: version u8, key (16 bytes), length of the worker's name u8, the name (UTF-8).
 * Answer: 0 for "no such body here", or 1, the proof (16 bytes), length u32 (big-endian), and the body.
 *
 * Key and proof are of this one offer (see `DirectSecret`).
 */
export const PROTOCOL_VERSION = 1;
export const QUESTION_HEADER_BYTES = 1 + KEY_BYTES + 1;
export const ANSWER_HEADER_BYTES = 1 + KEY_BYTES + 4;
export const NOT_HERE = 0;
export const HERE = 1;

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
