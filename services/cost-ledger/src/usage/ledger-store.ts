import type { Database, DatabaseSession } from '@gateway/storage';
import { ATTEMPT_COLUMNS } from './attempt-columns';
import type { PricedAttemptRow, RequestRow } from './ledger-rows';
import { REQUEST_COLUMNS } from './request-columns';
import { columnArrays, insertFromArrays, takeExcluded } from './row-columns';
import { SETTLE_TOTALS } from './settle-totals';

export interface LedgerBatch {
  readonly requests: readonly RequestRow[];
  readonly attempts: readonly PricedAttemptRow[];
}

/** Money that a batch added to the books. */
export interface BookedCost {
  readonly provider: string;
  readonly modelGroup: string;
  readonly costNanoUsd: number;
}

// The key that pays is fixed by the first event: its spend has been counted by then.
const WRITE_REQUESTS = `
  ${insertFromArrays('ledger_request', REQUEST_COLUMNS)}
  ON CONFLICT (request_id) DO UPDATE SET ${takeExcluded(REQUEST_COLUMNS, ['request_id', 'key_hash'])}
  WHERE EXCLUDED.version_key > ledger_request.version_key`;

// `xmax` is 0 on a row that was inserted, not replaced: a replaced estimate has been reported before.
const WRITE_ATTEMPTS = `
  WITH written AS (
    ${insertFromArrays('ledger_attempt', ATTEMPT_COLUMNS)}
    ON CONFLICT (request_id, attempt) DO UPDATE SET ${takeExcluded(ATTEMPT_COLUMNS, ['request_id', 'attempt'])}
    WHERE EXCLUDED.version_key > ledger_attempt.version_key
    RETURNING provider, model_group, cost_nano_usd, xmax = 0 AS inserted
  )
  SELECT provider, model_group, sum(cost_nano_usd)::text AS cost
  FROM written WHERE inserted GROUP BY provider, model_group`;

/** Writes batches of ledger rows. Any order and any number of repetitions leaves the same rows. */
export class LedgerStore {
  constructor(private readonly database: Database) {}

  /**
   * All or nothing, in four statements whatever the size. Requests first: that locks them against another ledger that
   * books attempts of the same request, so that neither computes totals without seeing the other's rows.
   */
  async write(batch: LedgerBatch): Promise<BookedCost[]> {
    if (batch.requests.length === 0) return [];
    return this.database.transaction(async (session) => {
      await session.query(WRITE_REQUESTS, columnArrays(batch.requests, REQUEST_COLUMNS));
      const booked = await writeAttempts(session, batch.attempts);
      // The identifiers as they are in the table, not as they came.
      await session.query(SETTLE_TOTALS, [batch.requests.map((row) => REQUEST_COLUMNS[0]!.of(row))]);
      return booked;
    });
  }
}

async function writeAttempts(session: DatabaseSession, attempts: readonly PricedAttemptRow[]): Promise<BookedCost[]> {
  if (attempts.length === 0) return [];
  const rows = await session.query<{ provider: string; model_group: string; cost: string }>(
    WRITE_ATTEMPTS,
    columnArrays(attempts, ATTEMPT_COLUMNS),
  );
  return rows.map((row) => ({
    provider: row.provider,
    modelGroup: row.model_group,
    costNanoUsd: Number(row.cost),
  }));
}
