import type { BatchLease, BatchStanding } from '@gateway/contracts';
import { isGrpcFault } from '@gateway/service-kit';
import { type BatchWorkClient, isAway } from './batch-work-client';

/** How long nobody else may take a batch over after the last sign of life. */
export const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 2_000;
const TRY_AGAIN_MS = 300;

/** The lease of a batch is gone: somebody else works on it, or may. */
export class LeaseLost extends Error {}

/** Keeps a lease, and with it the word of whether the batch is to go on. */
export class LeaseKeeper {
  private readonly timer: NodeJS.Timeout;
  private heldUntilMs: number;
  private lost = false;
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly client: BatchWorkClient,
    readonly lease: BatchLease,
    private current: BatchStanding,
  ) {
    this.heldUntilMs = performance.now() + LEASE_MS;
    this.timer = setInterval(() => void this.renew(), RENEW_EVERY_MS);
    this.timer.unref();
  }

  get standing(): BatchStanding {
    return this.current;
  }

  get isLost(): boolean {
    return this.lost;
  }

  /** Called when the standing may have changed, and when the lease is lost. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Asks the ledger something in the name of the lease, again while it is away and the lease holds. @throws LeaseLost */
  async ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      if (this.lost) throw new LeaseLost();
      try {
        return await ask();
      } catch (error) {
        if (isGrpcFault(error) && error.code === 'ABORTED') this.lose();
        else if (!isAway(error)) throw error;
        else await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
  }

  /** As `ask`, for answers that tell the standing. */
  async tell(ask: () => Promise<BatchStanding>): Promise<BatchStanding> {
    const standing = await this.ask(ask);
    this.heard(standing);
    return standing;
  }

  /** Public for tests. */
  async renew(): Promise<void> {
    const askedMs = performance.now();
    try {
      const standing = await this.client.renewLease({ lease: this.lease, leaseMs: LEASE_MS });
      this.heldUntilMs = askedMs + LEASE_MS;
      this.heard(standing);
    } catch (error) {
      if (!isAway(error) || performance.now() > this.heldUntilMs) this.lose();
    }
  }

  private heard(standing: BatchStanding): void {
    this.current = standing;
    for (const listener of this.listeners) listener();
  }

  private lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.stop();
    for (const listener of this.listeners) listener();
  }
}
