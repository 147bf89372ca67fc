import type { Envelope, RoutingSlip } from '@gateway/contracts';
import type { GatewayError } from '@gateway/domain';

/** Log lines, metrics and spans of routing decisions; cheap, and never in the way. */
export interface RouterObserver {
  planned(envelope: Envelope, slip: RoutingSlip, tookMs: number): void;
  nobodyOn(envelope: Envelope, pool: string): void;
  refused(envelope: Envelope, error: GatewayError): void;
}
