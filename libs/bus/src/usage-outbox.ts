import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUsageEvents, type UsageEvent } from '@gateway/contracts';
import { ShortLivedMap } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import { isAbandonedSpool, SpoolFile, spoolFileName } from './spool-file';

export interface UsageOutboxOptions {
  readonly directory: string;
  /** Resolves when JetStream has stored the batch. */
  readonly publish: (batch: Uint8Array, messageId: string) => Promise<void>;
  readonly logger: Logger;
}

/** A line of the spool file. `foreseen` ones count only when no event of the same attempt follows. */
type SpooledEvent = UsageEvent & { readonly foreseen?: true };

const BATCH_EVENTS = 128;
/** A pause in which events of other requests join the batch: one JetStream message costs as much as many events. */
const LINGER_MS = 20;
const RETRY_FIRST_MS = 50;
const RETRY_CAP_MS = 2_000;
const TRUNCATE_ABOVE_BYTES = 1024 * 1024;

/**
 * Takes usage events and does not let go before JetStream has them: they are written to the spool file before anything
 * published in the same turn of the event loop leaves the process (the bus sees to that), a background loop publishes
 * batches in order and retries for ever. What a crashed process left in the directory is published by the next one. The
 * ledger drops doubles, so every doubt is resolved by sending again.
 */
export class UsageOutbox {
  private readonly spool: SpoolFile;
  private waiting: string[] = [];
  /** Events of this turn, not yet in the spool file. */
  private unwritten = '';
  /** Lines of attempts under way, by attempt, for the spool file only. */
  private readonly foreseen = new ShortLivedMap<string, string>();
  private unwrittenForeseen = '';
  /** True while the spool file takes nothing. */
  private isFailing = false;
  private sending = false;
  private closed = false;
  private sequence = 0;
  private claims = 0;
  private readonly idleWaiters: (() => void)[] = [];
  private readonly prefix: string;

  constructor(private readonly options: UsageOutboxOptions) {
    mkdirSync(options.directory, { recursive: true });
    this.spool = new SpoolFile(options.directory);
    this.prefix = `${process.pid}-${Date.now().toString(36)}`;
  }

  /** Events not yet acknowledged. */
  get backlog(): number {
    return this.waiting.length;
  }

  /**
   * What is to be booked should this process die before it adds an event of the same attempt. It goes to the spool file
   * only, so that the provider's bill for a call that nobody had heard of yet is not lost with its worker.
   */
  foresee(event: UsageEvent): void {
    // Written as text: the event is an object of many members, and this happens once a call.
    const line = `{"foreseen":true,${JSON.stringify(event).slice(1)}\n`;
    this.foreseen.set(attemptOf(event), line);
    if (this.unwritten === '' && this.unwrittenForeseen === '') setImmediate(() => this.writeSpool());
    this.unwrittenForeseen += line;
  }

  add(event: UsageEvent): void {
    if (event.attempt) this.foreseen.delete(attemptOf(event));
    const line = `${JSON.stringify(event)}\n`;
    if (this.closed) {
      this.spool.appendLate(line);
      return;
    }
    if (this.unwritten === '' && this.unwrittenForeseen === '') setImmediate(() => this.writeSpool());
    this.unwritten += line;
    this.waiting.push(line);
    if (!this.sending) {
      this.sending = true;
      setTimeout(() => void this.sendAll(), LINGER_MS);
    }
  }

  /**
   * Brings the spool file up to date: one system call for all events of a turn. A full disk ends neither the process nor
   * its requests: the events are in memory and on their way, and the next call tries again.
   */
  writeSpool(): void {
    const lines = this.unwrittenForeseen + this.unwritten;
    if (lines === '' || this.closed) return;
    try {
      this.spool.append(lines);
      this.unwritten = '';
      this.unwrittenForeseen = '';
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.options.logger.error({ error, spool: this.spool.path }, 'cannot write the usage spool');
      this.isFailing = true;
    }
  }

  /** Takes over what dead processes left behind; returns the number of events. */
  recover(): number {
    let recovered = 0;
    for (const name of readdirSync(this.options.directory)) {
      const path = join(this.options.directory, name);
      const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (!isAbandonedSpool(name, ageMs)) continue;
      recovered += this.recoverFile(path);
    }
    return recovered;
  }

  /** Resolves when everything added so far is acknowledged, or after `timeoutMs` (what is left stays in the spool). */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.waiting.length === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.idleWaiters.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  async close(timeoutMs: number): Promise<void> {
    this.writeSpool();
    const clean = (await this.flush(timeoutMs)) && this.waiting.length === 0;
    this.writeSpool();
    this.closed = true;
    this.spool.close({ remove: clean && this.foreseen.size === 0 });
    if (!clean) {
      this.options.logger.warn(
        { events: this.waiting.length, spool: this.spool.path },
        'usage events stay in the spool',
      );
    }
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0 && !this.closed) {
      const batch = this.waiting.slice(0, BATCH_EVENTS);
      if (await this.publishUntilStored(Buffer.from(batch.join('')))) this.waiting.splice(0, batch.length);
    }
    this.sending = false;
    if (this.closed) return;
    // JetStream has all of it, so nothing is owed to the file any more but what is foreseen. As long as the file stays,
    // an end that is not written yet is: the line that foresaw it is there.
    if (this.spool.bytes > TRUNCATE_ABOVE_BYTES) {
      this.spool.empty();
      this.unwritten = '';
      this.unwrittenForeseen = this.foreseen.values().join('');
      this.writeSpool();
    }
    for (const wake of this.idleWaiters.splice(0)) wake();
  }

  /** The same message id on every try lets JetStream drop a batch whose acknowledgement was lost. */
  private async publishUntilStored(batch: Uint8Array): Promise<boolean> {
    this.sequence += 1;
    const messageId = `${this.prefix}-${this.sequence}`;
    for (let retryMs = RETRY_FIRST_MS; !this.closed; retryMs = Math.min(retryMs * 2, RETRY_CAP_MS)) {
      try {
        await this.options.publish(batch, messageId);
        return true;
      } catch (error) {
        this.options.logger.warn({ error, events: this.waiting.length, retryMs }, 'cannot publish usage yet');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    return false;
  }

  private recoverFile(path: string): number {
    // The rename decides between two recovering processes: only one of them finds the file. The new name says it is
    // ours, so that it is recovered again should we die before the end.
    this.claims += 1;
    const claimed = join(this.options.directory, spoolFileName(this.claims));
    try {
      renameSync(path, claimed);
    } catch {
      return 0;
    }
    const { events: spooled, tornBytes } = decodeUsageEvents(readFileSync(claimed));
    const events = withoutFulfilled(spooled);
    if (tornBytes > 0) this.options.logger.warn({ path, tornBytes }, 'spool ends in a torn line, left out');
    // Into our own spool before the old file goes: a crash in between doubles events, which the ledger drops.
    for (const event of events) this.add(event);
    this.writeSpool();
    if (!this.isFailing) unlinkSync(claimed);
    this.options.logger.info({ path, events: events.length }, 'took over the spool of a process that died');
    return events.length;
  }
}

function attemptOf(event: UsageEvent): string {
  return `${event.requestId}:${event.attempt?.attempt}`;
}

/** Of what was foreseen, only what no event tells about. */
function withoutFulfilled(spooled: readonly SpooledEvent[]): UsageEvent[] {
  const told = new Set(spooled.filter(({ foreseen, attempt }) => !foreseen && attempt).map(attemptOf));
  return spooled.flatMap(({ foreseen, ...event }) => (foreseen && told.has(attemptOf(event)) ? [] : [event]));
}
