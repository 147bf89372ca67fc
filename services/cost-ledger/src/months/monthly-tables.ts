import { firstIdOf } from './id-time';
import { monthName } from './month';

/** A table in months. */
export interface MonthlyTable {
  readonly name: string;
  /** What partitions are made by. */
  readonly column: 'request_id' | 'booked_at' | 'begins_at';
  /** Of each partition. */
  readonly storage: string;
  /** Where a month begins, as the column has it. */
  readonly bound: (monthUnixMs: number) => string;
  /** Keeps rows of the default partition from being moved. */
  readonly guard?: string;
}

const byTime = (unixMs: number): string => new Date(unixMs).toISOString();
const ROOM_FOR_UPDATES = 'WITH (fillfactor = 70)';

/**
 * Requests and attempts are in the month that the request's id tells. So a request is always looked for in one partition, whatever else
 * is said of it, and its id alone is unique.
 */
export const REQUESTS: MonthlyTable = {
  name: 'ledger_request',
  column: 'request_id',
  storage: ROOM_FOR_UPDATES,
  bound: firstIdOf,
};
export const ATTEMPTS: MonthlyTable = { name: 'ledger_attempt', column: 'request_id', storage: '', bound: firstIdOf };
/** By when something was booked. */
export const JOURNAL: MonthlyTable = {
  name: 'ledger_journal',
  column: 'booked_at',
  storage: '',
  bound: byTime,
  guard: 'ledger_journal_append_only',
};
export const HOURS: MonthlyTable = {
  name: 'ledger_rollup_hour',
  column: 'begins_at',
  storage: ROOM_FOR_UPDATES,
  bound: byTime,
};

export const MONTHLY_TABLES = [REQUESTS, ATTEMPTS, JOURNAL, HOURS] as const;

export function partitionOf(table: MonthlyTable, monthUnixMs: number): string {
  return `${table.name}_${monthName(monthUnixMs)}`;
}

/** Where rows of months are that have no partition, and requests whose ids tell no time. */
export function defaultPartitionOf(table: MonthlyTable): string {
  return `${table.name}_other`;
}
