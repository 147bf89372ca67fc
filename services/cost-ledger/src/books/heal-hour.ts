import type { Database } from '@gateway/storage';
import { addRollup } from './add-rollup';
import { contributionsIn } from './contributions';
import { type RollupLine, SUMS, type SumName } from './rollup-sums';

const HOUR_MS = 3_600_000;

/**
 * Makes the sums of an hour, and of its day, what the requests say, unless some of those were dropped. The lock keeps writers from adding sums, not from
 * writing requests: what they add after it is the difference that their own requests make, and so right either way.
 */
export async function healHour(database: Database, hour: Date): Promise<void> {
  const begin = hour.toISOString();
  const end = new Date(hour.getTime() + HOUR_MS).toISOString();
  await database.transaction(async (session) => {
    await session.query('LOCK TABLE ledger_rollup_hour, ledger_rollup_day IN SHARE ROW EXCLUSIVE MODE');
    const right = await contributionsIn(session, begin, end);
    // Asked after the requests were read: what was dropped before that is in this table, and what is dropped later was read.
    const dropped = await session.query('SELECT FROM ledger_dropped_hour WHERE begins_at = $1::timestamptz', [begin]);
    if (dropped.length > 0) return;
    const rows = await session.query<Record<SumName | 'dimension_id', string>>(
      'SELECT * FROM ledger_rollup_hour WHERE begins_at = $1::timestamptz',
      [begin],
    );
    const wrong = rows.map((row): RollupLine => {
      const sums = SUMS.map((name) => (BigInt(row[name]) * -1n).toString());
      return { hour: begin, dimensionId: row.dimension_id, sums };
    });
    await addRollup(session, [right, { lines: wrong, dimensions: new Map() }]);
  });
}
