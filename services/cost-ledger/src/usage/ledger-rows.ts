import type { AttemptCost } from './price-book';
import { attemptVersion, requestVersion } from './record-version';
import type { AcceptedAttempt, AcceptedEvent } from './usage-event-schema';

/** One version of a row of `ledger_attempt`. */
export interface AttemptRow {
  readonly requestId: string;
  readonly source: AcceptedEvent['source'];
  readonly versionKey: string;
  readonly record: AcceptedAttempt;
}

export interface PricedAttemptRow extends AttemptRow {
  readonly cost: AttemptCost;
}

/** One version of a row of `ledger_request`; the totals are not part of it. */
export interface RequestRow {
  readonly event: AcceptedEvent;
  readonly versionKey: string;
}

/** The winning version of every row that the events speak of, in the order in which all writers lock them. */
export function requestRows(events: readonly AcceptedEvent[]): RequestRow[] {
  const rows = events.map((event) => ({ event, versionKey: requestVersion(event) }));
  return winners(rows, (row) => row.event.requestId);
}

export function attemptRows(events: readonly AcceptedEvent[]): AttemptRow[] {
  const rows = events.flatMap((event) => {
    const { requestId, source, attempt: record } = event;
    return record === undefined ? [] : [{ requestId, source, versionKey: attemptVersion(event), record }];
  });
  return winners(rows, (row) => `${row.requestId} ${row.record.attempt}`);
}

function winners<Row extends { readonly versionKey: string }>(
  rows: readonly Row[],
  identityOf: (row: Row) => string,
): Row[] {
  const byIdentity = new Map<string, Row>();
  for (const row of rows) {
    const identity = identityOf(row);
    const rival = byIdentity.get(identity);
    if (rival === undefined || row.versionKey > rival.versionKey) byIdentity.set(identity, row);
  }
  // Two ledgers that lock the same rows in one order cannot deadlock.
  return [...byIdentity].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}
