import type { Database, DatabaseSession } from '@gateway/storage';
import { monthOf } from './month';
import { defaultPartitionOf, type MonthlyTable, partitionOf } from './monthly-tables';

/** Any constant, as long as all that change partitions use the same one. */
const LOCK_ID = 7_262_024_032;
/** Whoever waits for a table keeps others waiting behind it. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'";

/** One at a time may change partitions, of all ledgers. */
export async function lockPartitions(session: DatabaseSession): Promise<void> {
  await session.query(LOCK_TIMEOUT);
  await session.query('SELECT pg_advisory_xact_lock($1)', [LOCK_ID]);
}

export async function isThere(session: DatabaseSession, table: string): Promise<boolean> {
  const [found] = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  return found?.there === true;
}

/**
 * Makes the partition of a month unless it is there, and moves its rows from the default partition into it. Resolves with how many
 * those were. To attach one keeps nobody from writing to the others.
 */
export async function makeMonth(database: Database, table: MonthlyTable, monthUnixMs: number): Promise<number> {
  const partition = partitionOf(table, monthUnixMs);
  if (await isThere(database, partition)) return 0;
  return database.transaction(async (session) => {
    await lockPartitions(session);
    if (await isThere(session, partition)) return 0;
    const [from, to] = [table.bound(monthUnixMs), table.bound(monthOf(monthUnixMs, 1))];
    await session.query(
      `CREATE TABLE ${partition} (LIKE ${table.name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) ${table.storage}`,
    );
    const moved = await moveRows(session, table, { partition, from, to });
    await session.query(
      `ALTER TABLE ${table.name} ATTACH PARTITION ${partition} FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
    return moved;
  });
}

async function moveRows(
  session: DatabaseSession,
  table: MonthlyTable,
  { partition, from, to }: { readonly partition: string; readonly from: string; readonly to: string },
): Promise<number> {
  const source = defaultPartitionOf(table);
  const inMonth = `${table.column} >= '${from}' AND ${table.column} < '${to}'`;
  await session.query(`LOCK TABLE ${source} IN ACCESS EXCLUSIVE MODE`);
  const [{ any } = { any: false }] = await session.query<{ any: boolean }>(
    `SELECT EXISTS (SELECT FROM ${source} WHERE ${inMonth}) AS any`,
  );
  if (!any) return 0;
  if (table.guard) await session.query(`ALTER TABLE ${source} DISABLE TRIGGER ${table.guard}`);
  const [{ moved } = { moved: 0 }] = await session.query<{ moved: number }>(
    `WITH gone AS (DELETE FROM ${source} WHERE ${inMonth} RETURNING *),
          kept AS (INSERT INTO ${partition} SELECT * FROM gone RETURNING 1)
     SELECT count(*)::integer AS moved FROM kept`,
  );
  if (table.guard) await session.query(`ALTER TABLE ${source} ENABLE TRIGGER ${table.guard}`);
  return moved;
}
