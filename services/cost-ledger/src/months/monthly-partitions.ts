import type { Database } from '@gateway/storage';
import type { Logger } from '@gateway/telemetry';
import { makeMonth } from './make-month';
import { monthOf } from './month';
import { defaultPartitionOf, MONTHLY_TABLES, type MonthlyTable } from './monthly-tables';

const MONTHS_AHEAD = 3;
/** Rows of older months, and of later ones than those ahead, stay in the default partition: some clock was far off. */
const MONTHS_BACK = 24;
/** Counted no further. */
const MOST_COUNTED = 100_000;

export interface MonthlyPartitionsParts {
  readonly database: Database;
  readonly logger: Logger;
  /** How many rows of a table are in no month. */
  readonly report: (table: string, rows: number) => void;
  readonly nowUnixMs?: () => number;
}

/**
 * Makes the partitions of this month and of those to come, and of months of which there are rows that nobody made in time. Rows without
 * a month are kept in the default partition, and told of.
 */
export class MonthlyPartitions {
  private readonly told = new Map<string, number>();

  constructor(private readonly parts: MonthlyPartitionsParts) {}

  async make(): Promise<void> {
    for (const table of MONTHLY_TABLES) {
      try {
        await this.makeAll(table);
        await this.tellOthers(table);
      } catch (error) {
        this.parts.logger.warn({ error, table: table.name }, 'cannot make months; rows go to the default partition');
      }
    }
  }

  private async makeAll(table: MonthlyTable): Promise<void> {
    const now = (this.parts.nowUnixMs ?? Date.now)();
    for (let later = 0; later <= MONTHS_AHEAD; later += 1) await this.makeOne(table, monthOf(now, later));
    for (let from = monthOf(now, -MONTHS_BACK); from < monthOf(now); ) {
      const month = await this.nextOther(table, from, monthOf(now));
      if (month === null) return;
      await this.makeOne(table, month);
      from = monthOf(month, 1);
    }
  }

  private async makeOne(table: MonthlyTable, month: number): Promise<void> {
    const moved = await makeMonth(this.parts.database, table, month);
    if (moved === 0) return;
    this.parts.logger.info({ table: table.name, month: new Date(month).toISOString(), moved }, 'made a month for rows');
  }

  /** The first month of which the default partition has rows. */
  private async nextOther(table: MonthlyTable, from: number, to: number): Promise<number | null> {
    const { column } = table;
    const [row] = await this.parts.database.query<{ first: string | Date }>(
      `SELECT ${column} AS first FROM ${defaultPartitionOf(table)}
       WHERE ${column} >= '${table.bound(from)}' AND ${column} < '${table.bound(to)}' ORDER BY ${column} LIMIT 1`,
    );
    if (row === undefined) return null;
    // By the bounds themselves: not everything between them is an id that tells its time.
    const first = typeof row.first === 'string' ? row.first : row.first.toISOString();
    let month = from;
    while (first >= table.bound(monthOf(month, 1))) month = monthOf(month, 1);
    return month;
  }

  private async tellOthers(table: MonthlyTable): Promise<void> {
    const [row] = await this.parts.database.query<{ rows: number }>(
      `SELECT count(*)::integer AS rows FROM (SELECT FROM ${defaultPartitionOf(table)} LIMIT ${MOST_COUNTED}) found`,
    );
    const rows = row?.rows ?? 0;
    this.parts.report(table.name, rows);
    if (rows > (this.told.get(table.name) ?? 0)) {
      this.parts.logger.warn(
        { table: table.name, rows },
        'rows are in the default partition: their months are unknown or far off',
      );
    }
    this.told.set(table.name, rows);
  }
}
