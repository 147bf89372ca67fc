import type { Database } from '@gateway/storage';
import { type DroppedMonth, dateOf } from './drop-requests';
import { lockPartitions } from './make-month';
import { JOURNAL, partitionOf } from './monthly-tables';

/** One transfer for each pair of accounts: what the month leaves between them, in the direction in which it is owed. */
const carryForward = (partition: string) => `
  INSERT INTO ledger_journal (kind, debit, credit, amount_nano_usd)
  SELECT 'carried', CASE WHEN amount > 0 THEN payer ELSE payee END, CASE WHEN amount > 0 THEN payee ELSE payer END,
         abs(amount)::bigint
  FROM (
    SELECT least(debit, credit) AS payer, greatest(debit, credit) AS payee,
           sum(CASE WHEN debit < credit THEN amount_nano_usd ELSE -amount_nano_usd END) AS amount
    FROM ${partition} GROUP BY 1, 2
  ) balance
  WHERE amount <> 0
  ORDER BY payer, payee`;

const writeDown = (partition: string) => `
  INSERT INTO ledger_dropped_month
    (books, month, requests, attempts, transfers, requests_nano_usd, attempts_nano_usd)
  SELECT 'journal', $1::date, 0, 0, count(*), 0, 0 FROM ${partition}
  RETURNING 0 AS requests, 0 AS attempts, transfers::float8 AS transfers`;

/**
 * Drops a month of the journal. Its balances are carried forward into the present month first, in the same transaction: every account
 * has the same balance before and after, and every transaction that is left adds up to zero.
 */
export function dropTransfers(database: Database, monthUnixMs: number): Promise<DroppedMonth> {
  const partition = partitionOf(JOURNAL, monthUnixMs);
  return database.transaction(async (session) => {
    await lockPartitions(session);
    await session.query(`LOCK TABLE ${partition} IN SHARE ROW EXCLUSIVE MODE`);
    await session.query(carryForward(partition));
    const [dropped] = await session.query<DroppedMonth>(writeDown(partition), [dateOf(monthUnixMs)]);
    await session.query(`ALTER TABLE ${JOURNAL.name} DETACH PARTITION ${partition}`);
    await session.query(`DROP TABLE ${partition}`);
    return dropped!;
  });
}
