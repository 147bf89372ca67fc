import { isDatabaseFault } from '@gateway/storage';
import type { Logger } from '@gateway/telemetry';
import { z } from 'zod';
import { ledgerRows } from './ledger-rows';
import type { BookedCost, LedgerStore } from './ledger-store';
import { acceptPlainEvent } from './plain-event';
import { type AttemptCost, NOT_BILLED, type PriceBook, UNPRICED } from './price-book';
import type { RejectedStore, RejectedUsage } from './rejected-store';
import { type AcceptedAttempt, type AcceptedEvent, usageEventSchema } from './usage-event-schema';

/** What the recorder tells the metrics; called after the commit only. */
export interface RecorderReport {
  booked(costs: readonly BookedCost[]): void;
  rejected(count: number): void;
  batch(events: readonly AcceptedEvent[], tookMs: number): void;
}

export interface RecorderParts {
  readonly ledger: LedgerStore;
  readonly rejects: RejectedStore;
  readonly prices: PriceBook;
  readonly report: RecorderReport;
  readonly logger: Logger;
}

/**
 * Turns usage events into ledger rows. Resolves when every event is either booked or kept as rejected; throws (a
 * `DatabaseFault`) when the database cannot take them now, and then the whole batch may simply come again.
 */
export class UsageRecorder {
  constructor(private readonly parts: RecorderParts) {}

  async record(events: readonly unknown[]): Promise<void> {
    const startedAt = performance.now();
    const accepted: AcceptedEvent[] = [];
    const rejected: RejectedUsage[] = [];
    for (const event of events) {
      const plain = acceptPlainEvent(event);
      if (plain !== null) {
        accepted.push(plain);
        continue;
      }
      const parsed = usageEventSchema.safeParse(event);
      if (parsed.success) accepted.push(parsed.data);
      else rejected.push(rejection(event, z.prettifyError(parsed.error)));
    }
    rejected.push(...(await this.book(accepted)));
    await this.keepRejected(rejected);
    this.parts.report.batch(accepted, performance.now() - startedAt);
  }

  /** Also for whole messages that could not even be read as events. */
  async keepRejected(rejected: readonly RejectedUsage[]): Promise<void> {
    const count = await this.parts.rejects.keep(rejected);
    if (count === 0) return;
    this.parts.report.rejected(count);
    this.parts.logger.error(
      { count, reason: rejected[0]?.reason },
      'usage events cannot be booked; they are kept in ledger_rejected',
    );
  }

  /** Returns the events that PostgreSQL will never take; halving the batch finds them without losing the others. */
  private async book(events: readonly AcceptedEvent[]): Promise<RejectedUsage[]> {
    if (events.length === 0) return [];
    try {
      const rows = ledgerRows(events, (attempt) => this.costOf(attempt));
      this.parts.report.booked(await this.parts.ledger.write(rows));
      return [];
    } catch (error) {
      if (!isDatabaseFault(error) || error.kind !== 'bad-data') throw error;
      if (events.length === 1) return [rejection(events[0], error.message)];
      const middle = events.length >> 1;
      return [...(await this.book(events.slice(0, middle))), ...(await this.book(events.slice(middle)))];
    }
  }

  private costOf(attempt: AcceptedAttempt): AttemptCost {
    if (!attempt.billable) return NOT_BILLED;
    try {
      return this.parts.prices.cost(attempt);
    } catch (error) {
      // A price that cannot be applied is our defect; the tokens must be booked all the same and can be rated later.
      this.parts.logger.error({ error, provider: attempt.provider, model: attempt.providerModel }, 'pricing failed');
      return UNPRICED;
    }
  }
}

function rejection(event: unknown, reason: string): RejectedUsage {
  return { reason, payload: Buffer.from(JSON.stringify(event) ?? 'undefined') };
}
