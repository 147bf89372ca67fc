import { ATTRIBUTES, type Tracing } from '@gateway/telemetry';
import type { AcceptedEvent } from './usage-event-schema';

/** The last span of each request's trace: its usage reached the books. Nothing is made when tracing is off. */
export function traceBookings(tracing: Tracing, events: readonly AcceptedEvent[], startedAtUnixMs: number): void {
  if (!tracing.enabled) return;
  for (const event of events) {
    if (event.traceparent === undefined) continue;
    const span = tracing.startSpan('ledger book', {
      kind: 'consumer',
      parent: event.traceparent,
      startTimeUnixMs: startedAtUnixMs,
      attributes: { [ATTRIBUTES.databaseSystem]: 'postgresql', [ATTRIBUTES.messagingBatchSize]: events.length },
    });
    span.end();
  }
}
