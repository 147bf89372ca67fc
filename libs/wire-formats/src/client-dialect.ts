import type { ClientWire, GatewayError } from '@gateway/domain';

/** How the answers of a client wire begin to go wrong, and how they stay open: the same for chat and every operation. */
export interface ClientDialect {
  readonly wire: ClientWire;

  /** The wire's own error document. `requestId` is shown where the wire has a place for it. */
  encodeError(error: GatewayError, requestId: string): unknown;
  /**
   * The terminal error of a stream that has begun, as SSE bytes. Never followed by a success terminator. `sent` is what
   * was written last, for wires that number their events.
   */
  encodeStreamError(error: GatewayError, requestId: string, sent?: Uint8Array | string): string;
  /** A comment or event that keeps a quiet stream open. */
  readonly keepAlive: string;
  /** What the edge writes after the last relayed event of a complete stream: OpenAI's `data: [DONE]`, Anthropic's `message_stop`. */
  readonly streamTerminator: string;
}
