import type { Database, DatabaseSession } from '@gateway/storage';
import { lockPartitions } from './make-month';
import { monthOf } from './month';
import { ATTEMPTS, partitionOf, REQUESTS } from './monthly-tables';

/** What a month held. */
export interface DroppedMonth {
  readonly requests: number;
  readonly attempts: number;
  readonly transfers: number;
}

// Both tables, in the order of writers. They wait, but for this month only, of which nothing comes any more; reports go on.
const lockRows = (requests: string, attempts: string) =>
  `LOCK TABLE ${requests}, ${attempts} IN SHARE ROW EXCLUSIVE MODE`;

const sumHours = (requests: string) => `
  INSERT INTO ledger_dropped_hour AS known (begins_at, requests, cost_nano_usd)
  SELECT date_trunc('hour', received_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*), sum(cost_nano_usd)
  FROM ${requests} GROUP BY 1
  ON CONFLICT (begins_at) DO UPDATE SET
    requests = known.requests + EXCLUDED.requests, cost_nano_usd = known.cost_nano_usd + EXCLUDED.cost_nano_usd`;

const sumMonth = (requests: string, attempts: string) => `
  INSERT INTO ledger_dropped_month
    (books, month, requests, attempts, transfers, requests_nano_usd, attempts_nano_usd)
  SELECT 'requests', $1::date, r.rows, a.rows, 0, r.cost, a.cost
  FROM (SELECT count(*) AS rows, coalesce(sum(cost_nano_usd), 0) AS cost FROM ${requests}) r,
       (SELECT count(*) AS rows, coalesce(sum(cost_nano_usd), 0) AS cost FROM ${attempts}) a
  RETURNING requests::float8 AS requests, attempts::float8 AS attempts, 0 AS transfers`;

/** Says in the error of an event that comes too late why it is refused. */
const CLOSED = 'month_was_dropped';

/**
 * Drops the requests and attempts of a month. What they add up to is written down first, so that all books still agree. The month stays
 * closed: whether an event that comes for it later is in the sums already, nobody could tell, so PostgreSQL refuses it and it goes to
 * `ledger_rejected`. For that its empty partitions stay.
 */
export function dropRequests(database: Database, monthUnixMs: number): Promise<DroppedMonth> {
  const requests = partitionOf(REQUESTS, monthUnixMs);
  const attempts = partitionOf(ATTEMPTS, monthUnixMs);
  return database.transaction(async (session) => {
    await lockPartitions(session);
    await session.query(lockRows(requests, attempts));
    await session.query(sumHours(requests));
    const [dropped] = await session.query<DroppedMonth>(sumMonth(requests, attempts), [dateOf(monthUnixMs)]);
    for (const partition of [requests, attempts]) await close(session, partition);
    return dropped!;
  });
}

async function close(session: DatabaseSession, partition: string): Promise<void> {
  await session.query(`TRUNCATE ${partition}`);
  await session.query(`ALTER TABLE ${partition} ADD CONSTRAINT ${CLOSED} CHECK (false)`);
}

/** ISO 8601. */
export function dateOf(monthUnixMs: number): string {
  return new Date(monthOf(monthUnixMs)).toISOString().slice(0, 10);
}
