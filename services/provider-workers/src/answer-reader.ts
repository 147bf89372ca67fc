import type { PartEncoding } from '@gateway/contracts';
import type { FinishReason } from '@gateway/domain';
import type { OperationReader } from '@gateway/provider-kit';

/** Largest answer that is read whole; nothing a chat model says comes near. */
export const MAX_WHOLE_ANSWER_BYTES = 32 * 1024 * 1024;

/** Turns the bytes of one provider answer into frame payloads, in order. One per attempt; no I/O, no clock. */
export interface AnswerReader extends OperationReader {
  readonly encoding: PartEncoding;
  readonly finishReason: FinishReason | null;
}
