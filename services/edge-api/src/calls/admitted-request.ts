import type { RequestEnvelope } from '@gateway/contracts';
import type { GatewaySpan } from '@gateway/telemetry';
import type { ClientCodec } from './client-routes';

/** A request that was let in. */
export interface AdmittedRequest {
  readonly envelope: RequestEnvelope;
  readonly body: Uint8Array;
  readonly codec: ClientCodec;
  /** On wires whose answers repeat some of the request. */
  readonly echo?: Readonly<Record<string, unknown>>;
  /** By the monotonic clock, when the first byte was read. */
  readonly startedMs: number;
  readonly span: GatewaySpan;
}
