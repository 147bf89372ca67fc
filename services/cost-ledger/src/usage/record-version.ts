import { createHash } from 'node:crypto';
import type { AcceptedEvent } from './usage-event-schema';

/**
 * Several versions of one row may arrive, in any order and any number of times. Each has a version key, and the greatest
 * key wins. Greatest-of is the same whatever the order, so the ledger is too. A key is a rank (what we trust more) and a
 * digest of the content (which settles ties without caring who came first).
 */
export function attemptVersion(event: AcceptedEvent): string {
  const actual = event.attempt?.usage.estimated === false;
  // The worker talked to the provider; the edge only reports what a lost worker could not. Least is known by a worker that
  // found in its spool a call of which only the beginning was written down.
  const isFound = !actual && event.source === 'worker' && event.attempt?.status === 'lost';
  const rank = isFound ? 0 : (actual ? 3 : 1) + (event.source === 'worker' ? 1 : 0);
  return `${rank}:${digest(event.attempt)}`;
}

/** Rank 0: nobody said how the request ended. The edge saw the whole request, so its word beats a worker's. */
export function requestVersion(event: AcceptedEvent): string {
  const { source, principal, requestedModel, wire, stream, request } = event;
  const rank = request === undefined ? 0 : source === 'edge' ? 2 : 1;
  return `${rank}:${digest({ source, principal, requestedModel, wire, stream, request })}`;
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
