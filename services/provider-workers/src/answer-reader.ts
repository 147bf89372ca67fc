import type { PartEncoding } from '@gateway/contracts';
import type { FinishReason, Usage } from '@gateway/domain';
import type { ProviderResponseHead } from '@gateway/provider-kit';

/** Largest answer that is read whole; nothing a chat model says comes near. */
export const MAX_WHOLE_ANSWER_BYTES = 32 * 1024 * 1024;

/** Turns the bytes of one provider answer into frame payloads. One per attempt; no I/O, no clock. */
export interface AnswerReader {
  readonly encoding: PartEncoding;
  /** Of an answer that is passed through and is neither its wire's JSON nor its event stream. */
  readonly contentType?: string;
  /** The head of an answer that is no error. @throws MalformedResponse when no answer of this call has such a head. */
  onHead?(head: ProviderResponseHead): void;
  /** The next bytes of the body → payloads to send, in order. @throws MalformedResponse, ProviderStreamError */
  push(chunk: Buffer): Uint8Array[];
  /** The body is over → the last payloads. @throws MalformedResponse when it may not end here. */
  end(): Uint8Array[];
  /** True once there is content for the client: the commit point. */
  readonly hasContent: boolean;
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
  /** Bytes of generated text so far, for estimating what a cut stream cost. */
  readonly generatedBytes: number;
}
