import type { Database } from '@gateway/storage';
import type { Logger } from '@gateway/telemetry';
import { healHour } from './heal-hour';

const DAY_MS = 86_400_000;

/** Books that must say the same as the attempts, in nano-USD: what they say more (or less). */
export interface Drift {
  readonly requests: number;
  readonly journal: number;
  readonly rollups: number;
  readonly keys: number;
}

export interface BooksAuditParts {
  /** With time for statements over whole tables. */
  readonly database: Database;
  readonly logger: Logger;
  readonly report: (drift: Drift) => void;
  readonly nowUnixMs?: () => number;
}

// One statement, so one moment: what is being booked is in all of them or in none. What was dropped is added as it was.
const DRIFT = `
  SELECT (SELECT coalesce(sum(cost_nano_usd), 0) FROM ledger_request) + dropped.requests - cost AS requests,
         (SELECT sum(CASE WHEN credit LIKE 'provider:%' THEN amount_nano_usd ELSE -amount_nano_usd END)
          FROM ledger_journal) - cost AS journal,
         (SELECT sum(cost_nano_usd) FROM ledger_rollup_day) - cost AS rollups,
         (SELECT sum(spend_nano_usd) FROM ledger_key_spend) - cost AS keys
  FROM (SELECT coalesce(sum(requests_nano_usd), 0) AS requests, coalesce(sum(attempts_nano_usd), 0) AS attempts
        FROM ledger_dropped_month) dropped
  CROSS JOIN LATERAL (SELECT coalesce(sum(cost_nano_usd), 0) + dropped.attempts AS cost FROM ledger_attempt) attempts`;

const WRONG_HOURS = `
  WITH books AS (
    SELECT begins_at, sum(requests) AS requests, sum(cost) AS cost, bool_or(was_dropped) AS was_dropped
    FROM (
      SELECT date_trunc('hour', received_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS begins_at,
             count(*) AS requests, sum(cost_nano_usd) AS cost, false AS was_dropped
      FROM ledger_request WHERE received_at >= $1::timestamptz AND received_at < $2::timestamptz GROUP BY 1
      UNION ALL
      SELECT begins_at, requests, cost_nano_usd, true
      FROM ledger_dropped_hour WHERE begins_at >= $1::timestamptz AND begins_at < $2::timestamptz
    ) part GROUP BY begins_at
  ), sums AS (
    SELECT begins_at, sum(requests) AS requests, sum(cost_nano_usd) AS cost
    FROM ledger_rollup_hour WHERE begins_at >= $1::timestamptz AND begins_at < $2::timestamptz GROUP BY 1
  )
  SELECT begins_at, coalesce(was_dropped, false) AS was_dropped FROM books FULL JOIN sums USING (begins_at)
  WHERE coalesce(books.requests, 0) <> coalesce(sums.requests, 0) OR coalesce(books.cost, 0) <> coalesce(sums.cost, 0)
  ORDER BY 1`;

/**
 * Compares all books with the attempts, a day with each call: from the oldest on at first, which also adds what was booked
 * before there were rollups, later yesterday and today. Sums for reports are put right, under a lock; records of money
 * (requests, attempts, journal) never: that they differ is told, and is for people to look at.
 */
export class BooksAudit {
  private nextDayUnixMs: number | null = null;

  constructor(private readonly parts: BooksAuditParts) {}

  /** True when there are more days to look at. */
  async next(): Promise<boolean> {
    const now = (this.parts.nowUnixMs ?? Date.now)();
    this.nextDayUnixMs ??= await this.oldestDay(now);
    const day = this.nextDayUnixMs;
    await this.auditDay(day);
    if (day + DAY_MS <= now) {
      this.nextDayUnixMs = day + DAY_MS;
      return true;
    }
    await this.compare();
    this.nextDayUnixMs = Math.floor(now / DAY_MS) * DAY_MS - DAY_MS;
    return false;
  }

  private async oldestDay(now: number): Promise<number> {
    const [row] = await this.parts.database.query<{ oldest: Date | null }>(
      `SELECT least((SELECT min(received_at) FROM ledger_request), (SELECT min(begins_at) FROM ledger_dropped_hour)) AS oldest`,
    );
    return Math.floor((row?.oldest?.getTime() ?? now) / DAY_MS) * DAY_MS;
  }

  private async auditDay(dayUnixMs: number): Promise<void> {
    const range = [new Date(dayUnixMs).toISOString(), new Date(dayUnixMs + DAY_MS).toISOString()];
    const hours = await this.parts.database.query<{ begins_at: Date; was_dropped: boolean }>(WRONG_HOURS, range);
    for (const { begins_at, was_dropped } of hours) await this.putRight(begins_at, was_dropped);
  }

  /** Of an hour whose requests were dropped, at least some, the sums are all there is. */
  private async putRight(hour: Date, wasDropped: boolean): Promise<void> {
    const about = { hour: hour.toISOString() };
    if (wasDropped) {
      this.parts.logger.error(
        about,
        'sums for reports are not what the ledger says; its requests were dropped, so they stay',
      );
      return;
    }
    await healHour(this.parts.database, hour);
    this.parts.logger.warn(about, 'sums for reports were not what the ledger says; put right');
  }

  private async compare(): Promise<void> {
    const [row] = await this.parts.database.query<Record<keyof Drift, string | null>>(DRIFT);
    const drift: Drift = {
      requests: Number(row?.requests ?? 0),
      journal: Number(row?.journal ?? 0),
      rollups: Number(row?.rollups ?? 0),
      keys: Number(row?.keys ?? 0),
    };
    this.parts.report(drift);
    if (Object.values(drift).every((amount) => amount === 0)) return;
    this.parts.logger.error(
      { driftNanoUsd: drift },
      'the books do not agree: each is compared with the sum of all attempts',
    );
  }
}
