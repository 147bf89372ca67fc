import { type Envelope, encodeEnvelope, type RoutingSlip } from '@gateway/contracts';
import type { WorkerPorts } from './worker-ports';

/** Time the next worker has to take over; shorter than the silence after which the edge gives this request up. */
const HAND_ON_MS = 1_000;
/** A large body stays with the edge, which sends it to the next worker, too. */
const NO_BODY = new Uint8Array(0);

export interface HandOn {
  readonly envelope: Envelope;
  /** As it is now: the attempts made here are noted on it. */
  readonly slip: RoutingSlip;
  readonly body: Uint8Array;
}

/** Gives a request to the workers of another pool. `onNobody` is called when NATS says that none of them listens. */
export function handOn(ports: WorkerPorts, pool: string, { slip, ...request }: HandOn & { onNobody(): void }): void {
  const handoverByUnixMs = Date.now() + HAND_ON_MS;
  // The offer of the body was for this worker.
  const envelope: Envelope = { ...request.envelope, slip, handoverByUnixMs, bodyOffer: undefined };
  const body = envelope.bodyBytes === undefined ? request.body : NO_BODY;
  ports.bus.handTo(ports.bus.subjects.invoke(pool), encodeEnvelope(envelope, body), request.onNobody);
}
