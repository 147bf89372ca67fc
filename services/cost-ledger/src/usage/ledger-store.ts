import type { Database, DatabaseSession } from '@gateway/storage';
import { keepBooks, readBooks } from '../books/keep-books';
import { type Charge, placeOf } from '../books/transfers';
import { type BudgetBooking, bookBudgets } from '../budgets/budget-books';
import { budgetLines } from '../budgets/budget-lines';
import { settleExperiments } from '../experiments/settle-experiments';
import { addSpend } from './add-spend';
import { arrayLiteral } from './array-literal';
import { ATTEMPT_COLUMNS, ATTEMPT_VERSION_COLUMNS } from './attempt-columns';
import { spendOfNew } from './key-spend';
import type { AttemptRow, LedgerBatch, RequestRow } from './ledger-rows';
import { REQUEST_COLUMNS, REQUEST_VERSION_COLUMNS } from './request-columns';
import { columnArrays, insertFromArrays, takeExcluded } from './row-columns';
import { settleTotals } from './settle-totals';

/** Money that a batch added to the books. */
export interface BookedCost {
  readonly provider: string;
  readonly modelGroup: string;
  readonly costNanoUsd: number;
}

const ADD_REQUESTS = `
  ${insertFromArrays('ledger_request', REQUEST_COLUMNS)}
  ON CONFLICT (request_id) DO NOTHING
  RETURNING request_id`;

// In one order, as everywhere.
const LOCK_REQUESTS = `
  SELECT request_id FROM ledger_request WHERE request_id = ANY ($1::text[]) ORDER BY request_id FOR UPDATE`;

const REPLACE_REQUESTS = `
  ${insertFromArrays('ledger_request', REQUEST_COLUMNS)}
  ON CONFLICT (request_id) DO UPDATE SET ${takeExcluded(REQUEST_VERSION_COLUMNS)}
  WHERE EXCLUDED.version_key > ledger_request.version_key`;

const WRITE_ATTEMPTS = `
  ${insertFromArrays('ledger_attempt', ATTEMPT_COLUMNS)}
  ON CONFLICT (request_id, attempt) DO UPDATE SET ${takeExcluded(ATTEMPT_VERSION_COLUMNS)}
  WHERE EXCLUDED.version_key > ledger_attempt.version_key`;

/** Writes batches of ledger rows. Any order and any number of repetitions leaves the same rows. */
export class LedgerStore {
  constructor(
    private readonly database: Database,
    /** Hears after the commit what budgets were booked with. */
    private readonly onBudgets: (booking: BudgetBooking) => Promise<void> = async () => undefined,
  ) {}

  /**
   * All or nothing, in a fixed number of statements whatever the size. Requests first: that locks them against another
   * ledger that books attempts of the same request, so that neither computes totals without seeing the other's rows. A
   * request that was not there before has no attempts but those of this batch, so its row is written once, totals and all;
   * of the others the state is read under the lock, and PostgreSQL adds up. Without new attempts, totals cannot change.
   */
  async write(batch: LedgerBatch): Promise<BookedCost[]> {
    if (batch.requests.length === 0) return [];
    const { booked, budgets } = await this.database.transaction(async (session) => {
      const isNew = await addRequests(session, batch.requests);
      const known = batch.requests.filter((row) => !isNew(row));
      await lockRequests(session, known);
      const before = await readBooks(session, known);
      await replaceRequests(session, known);
      await writeAttempts(session, batch.attempts);
      const unsettled = batch.requests.filter((row) => row.totals === null || (row.hasAttempts && !isNew(row)));
      const settled = await settleTotals(session, unsettled);
      await keepBooks(session, batch, { before, isNew });
      await addSpend(session, [...spendOfNew(batch.requests.filter(isNew)), ...settled]);
      if (batch.experiments) await settleExperiments(session, batch.experiments);
      const booked = costsOfNew(batch.attempts, before.charges);
      return { booked, budgets: await bookBudgets(session, budgetLines(batch.attempts)) };
    });
    await this.onBudgets(budgets);
    return booked;
  }
}

/** Tells which requests were not there before. */
async function addRequests(
  session: DatabaseSession,
  requests: readonly RequestRow[],
): Promise<(row: RequestRow) => boolean> {
  const added = await session.query<{ request_id: string }>(ADD_REQUESTS, columnArrays(requests, REQUEST_COLUMNS));
  if (added.length === requests.length) return () => true;
  const ids = new Set(added.map((row) => row.request_id));
  return (row) => ids.has(row.requestId);
}

async function lockRequests(session: DatabaseSession, requests: readonly RequestRow[]): Promise<void> {
  if (requests.length === 0) return;
  await session.query(LOCK_REQUESTS, [arrayLiteral(requests, (row) => row.requestId)]);
}

async function replaceRequests(session: DatabaseSession, requests: readonly RequestRow[]): Promise<void> {
  if (requests.length === 0) return;
  await session.query(REPLACE_REQUESTS, columnArrays(requests, REQUEST_COLUMNS));
}

async function writeAttempts(session: DatabaseSession, attempts: readonly AttemptRow[]): Promise<void> {
  if (attempts.length === 0) return;
  await session.query(WRITE_ATTEMPTS, columnArrays(attempts, ATTEMPT_COLUMNS));
}

/** What attempts cost that were not charged before: an estimate that is replaced has been reported. */
function costsOfNew(attempts: readonly AttemptRow[], charged: readonly Charge[]): BookedCost[] {
  const known = new Set(charged.map(placeOf));
  const costs = new Map<string, BookedCost>();
  for (const { requestId, record, cost } of attempts) {
    if (known.size > 0 && known.has(placeOf({ requestId, attempt: record.attempt }))) continue;
    const { provider, modelGroup } = record;
    const place = `${provider}\n${modelGroup}`;
    const costNanoUsd = (costs.get(place)?.costNanoUsd ?? 0) + cost.costNanoUsd;
    costs.set(place, { provider, modelGroup, costNanoUsd });
  }
  return [...costs.values()];
}
