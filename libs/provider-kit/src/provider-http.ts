import type { ProviderFailure } from '@gateway/domain';
import type { ProviderCall, ProviderResponseHead } from './chat-adapter';

export interface CallTimeouts {
  readonly connectMs: number;
  /** From sending the request to the response head. */
  readonly headMs: number;
  /** Longest silence inside the body. */
  readonly idleMs: number;
}

/** Receives one response. Exactly one of `onEnd` and `onFailure` is called, once, and nothing after it. */
export interface ResponseSink {
  onHead(head: ProviderResponseHead): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** `connect`, `timeout` or `interrupted`; never called because of `abort()`. */
  onFailure(failure: ProviderFailure): void;
}

export interface RunningCall {
  /** False as long as no byte of the request has left: it waits for a connection, and the provider knows nothing of it. */
  readonly isSent: boolean;
  /** Closes the call; the sink hears nothing more. */
  abort(): void;
  /** Stops reading the provider's socket until `resume`, so that TCP holds the provider back. */
  pause(): void;
  resume(): void;
}

/** The one way out to providers: pooled keep-alive connections per origin, never `fetch`. */
export interface ProviderHttp {
  call(call: ProviderCall, timeouts: CallTimeouts, sink: ResponseSink): RunningCall;
  close(): Promise<void>;
}
