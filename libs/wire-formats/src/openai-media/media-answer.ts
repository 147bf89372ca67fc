import type { Usage } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/** What one event of a stream says. */
export interface MediaEvent {
  readonly usage?: Usage | null;
  /** After this one the stream may end. */
  readonly isLast: boolean;
  /** Bytes of text in it, for estimating what a cut stream cost. */
  readonly generatedBytes?: number;
}

/**
 * How the answers of one media operation are read for the books; their bytes are the client's already. What is not
 * there, a provider does not answer with.
 */
export interface MediaAnswer {
  /** Of a whole JSON answer. @throws MalformedResponse when it is none. */
  readonly document?: (answer: Fields) => Usage;
  readonly event?: (type: string, data: Fields) => MediaEvent;
  /** Of an answer in plain text. */
  readonly text?: (answer: string) => Usage;
  /** Of sound or pictures as bytes. */
  readonly binary?: (bytes: number) => Usage;
  /** What is owed for a call whose answer broke off. */
  readonly beforehand: Usage;
}
