import type { RequestEnvelope, StartFrame } from '@gateway/contracts';
import type { GatewaySpan } from '@gateway/telemetry';
import type { Reservation } from '../budgets/edge-budgets';
import type { RatePass } from '../limits/rate-pass';
import type { CallMeter } from '../native/call-meter';
import type { ClientCodec } from './client-routes';

/** Of a whole answer, parsed. */
export type KeepAnswer = (answer: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** A request that was let in. */
export interface AdmittedRequest {
  readonly envelope: RequestEnvelope;
  readonly body: Uint8Array;
  readonly codec: ClientCodec;
  /** On wires whose answers repeat some of the request. */
  readonly echo?: Readonly<Record<string, unknown>>;
  /** Where the client wants its answer stored: does that, never rejects, and gives back what the client is to see. */
  readonly keep?: KeepAnswer;
  /** What was taken of limits for it; left when it is over. */
  readonly pass?: RatePass;
  /** Of the budgets that it is paid from, where it has some. */
  readonly reservation?: Reservation;
  /** On the wire whose answers say what they cost: by the price of whoever answers. */
  readonly meter?: (start: StartFrame) => CallMeter;
  /** By the monotonic clock, when the first byte was read. */
  readonly startedMs: number;
  readonly span: GatewaySpan;
}
