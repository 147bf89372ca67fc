import type { Database } from '@gateway/storage';
import type { Logger } from '@gateway/telemetry';
import { type DroppedMonth, dropRequests } from './drop-requests';
import { dropTransfers } from './drop-transfers';
import { monthNamed, monthOf } from './month';
import { JOURNAL, type MonthlyTable, REQUESTS } from './monthly-tables';

/** What can be dropped, apart from each other. Sums for reports are kept for good. */
export type Books = 'requests' | 'journal';

export interface RetentionSettings {
  /** Whole months before the present one that are kept; 0 keeps all. */
  readonly requestMonths: number;
  readonly journalMonths: number;
  /** Only says what would be dropped. */
  readonly isDryRun: boolean;
}

export interface RetentionParts {
  /** With time to add up a month. */
  readonly database: Database;
  readonly settings: RetentionSettings;
  readonly logger: Logger;
  readonly report: (books: Books, dropped: DroppedMonth) => void;
  readonly nowUnixMs?: () => number;
}

interface Plan {
  readonly books: Books;
  readonly table: MonthlyTable;
  readonly months: number;
  readonly drop: (database: Database, monthUnixMs: number) => Promise<DroppedMonth>;
}

// A partition that is closed has been dropped.
const MONTHS = `
  SELECT c.relname AS name, greatest(c.reltuples, 0)::float8 AS rows, pg_total_relation_size(c.oid)::float8 AS bytes
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = $1::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = 'month_was_dropped')
  ORDER BY c.relname`;

/** Drops months that are older than anybody wants to keep them, oldest first. */
export class Retention {
  private readonly told = new Set<string>();

  constructor(private readonly parts: RetentionParts) {}

  async apply(): Promise<void> {
    const { requestMonths, journalMonths } = this.parts.settings;
    await this.applyTo({ books: 'requests', table: REQUESTS, months: requestMonths, drop: dropRequests });
    await this.applyTo({ books: 'journal', table: JOURNAL, months: journalMonths, drop: dropTransfers });
  }

  private async applyTo(plan: Plan): Promise<void> {
    if (plan.months === 0) return;
    const first = monthOf((this.parts.nowUnixMs ?? Date.now)(), -plan.months);
    const found = await this.parts.database.query<{ name: string; rows: number; bytes: number }>(MONTHS, [
      plan.table.name,
    ]);
    for (const { name, rows, bytes } of found) {
      const month = monthNamed(name.slice(plan.table.name.length + 1));
      if (month === null || month >= first) continue;
      if (this.parts.settings.isDryRun) this.tell(plan.books, { month, rows, bytes });
      else await this.drop(plan, month);
    }
  }

  private tell(
    books: Books,
    { month, rows, bytes }: { readonly month: number; readonly rows: number; readonly bytes: number },
  ): void {
    const place = `${books} ${month}`;
    if (this.told.has(place)) return;
    this.told.add(place);
    this.parts.logger.warn({ books, month: new Date(month).toISOString(), rows, bytes }, 'a month would be dropped');
  }

  private async drop(plan: Plan, month: number): Promise<void> {
    const dropped = await plan.drop(this.parts.database, month);
    this.parts.report(plan.books, dropped);
    this.parts.logger.info(
      { books: plan.books, month: new Date(month).toISOString(), ...dropped },
      'dropped a month; what it added up to is in ledger_dropped_month',
    );
  }
}
