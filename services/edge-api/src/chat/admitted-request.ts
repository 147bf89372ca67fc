import type { Envelope } from '@gateway/contracts';
import type { GatewaySpan } from '@gateway/telemetry';
import type { ChatWireCodec } from '@gateway/wire-formats';

/** A request that was let in: everything an envelope needs except its reply token. */
export interface AdmittedRequest {
  readonly envelope: Omit<Envelope, 'token' | 'dispatch' | 'handoverByUnixMs'>;
  readonly body: Uint8Array;
  readonly codec: ChatWireCodec;
  /** By the monotonic clock, when the first byte was read. */
  readonly startedMs: number;
  readonly span: GatewaySpan;
}
