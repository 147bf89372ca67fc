import { type Batch, type BatchLease, type LeasedBatch } from '@gateway/contracts';
import { BatchRun, type BatchRunParts } from './batch-run';
import { LEASE_MS } from './lease-keeper';

const LOOK_EVERY_MS = 1_000;
/** Batches that one edge works on at once; they share its places. */
const MOST_AT_ONCE = 4;
/** For storing what was answered, and giving leases back. */
const STORING_MS = 2_000;

export interface BatchRunnerParts extends BatchRunParts {
  /** This process's name, for whoever looks at the table. */
  readonly holder: string;
  /** False as long as nothing can be called. */
  isReady(): boolean;
  /** Of batches, as they end. */
  ended(status: string): void;
}

/** Takes batches that nobody works on, and works on them. Every edge has one. */
export class BatchRunner {
  private readonly runs = new Map<BatchRun, Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  private isAway = false;

  constructor(private readonly parts: BatchRunnerParts) {}

  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Looks for work now: there may be some. */
  look(): void {
    if (this.stopped || !this.parts.isReady()) return;
    this.looking = this.looking.then(() => this.takeAll());
  }

  /** Lets calls that are under way end, for at most so long; then hands all leases back. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.looking;
    for (const run of this.runs.keys()) run.leave();
    const timers = [
      setTimeout(() => this.leaveNow(), Math.max(0, graceMs - STORING_MS)),
      // Whatever hangs by then: the leases run out.
      setTimeout(() => this.giveUp(), graceMs),
    ];
    await Promise.race([Promise.all(this.runs.values()), this.givenUp]);
    for (const timer of timers) clearTimeout(timer);
  }

  private giveUp: () => void = () => undefined;
  private readonly givenUp = new Promise<void>((resolve) => {
    this.giveUp = resolve;
  });

  private leaveNow(): void {
    for (const run of this.runs.keys()) run.leaveNow();
  }

  private async takeAll(): Promise<void> {
    while (!this.stopped && this.runs.size < MOST_AT_ONCE) {
      const leased = await this.take();
      if (leased === null) return;
      this.work(leased);
    }
  }

  private async take(): Promise<(LeasedBatch & { lease: BatchLease; batch: Batch }) | null> {
    const { client, holder, logger } = this.parts;
    try {
      const { leased } = await client.leaseBatch({ holder, leaseMs: LEASE_MS });
      this.isAway = false;
      if (!leased?.lease || !leased.batch) return null;
      return { ...leased, lease: leased.lease, batch: leased.batch };
    } catch (error) {
      // Said once, not every second.
      if (!this.isAway) logger.warn({ error }, 'cannot look for batches now');
      this.isAway = true;
      return null;
    }
  }

  private work(leased: LeasedBatch & { lease: BatchLease; batch: Batch }): void {
    const { logger, ended } = this.parts;
    const { id, status, endpoint } = leased.batch;
    logger.info({ batch_id: id, status, endpoint, fence: leased.lease.fence }, 'working on a batch');
    const run = new BatchRun(this.parts, leased);
    const running = run.run().then((batch) => {
      this.runs.delete(run);
      if (batch === null) {
        logger.info({ batch_id: id }, 'left a batch to whoever goes on with it');
        return;
      }
      ended(batch.status);
      const { total, completed, failed } = batch;
      logger.info({ batch_id: id, status: batch.status, total, completed, failed }, 'a batch has ended');
      this.look();
    });
    this.runs.set(run, running);
  }
}
