import type { CancelReason } from '@gateway/contracts';
import { ShortLivedMap, StandStill } from '@gateway/domain';
import type { RequestRun } from './request-run';

/** How long a cancel that came before its request is remembered. */
const EARLY_CANCEL_MS = 5_000;
const TICK_MS = 25;
/** A tick that comes this late means that this process was held up (stopped, or starved of CPU). */
const HELD_UP_MS = 1_000;

/** The requests running here, by their reply address (`<edge>.<token>`), with one shared clock for all of them. */
export class ActiveRuns {
  private readonly runs = new ShortLivedMap<string, RequestRun>();
  private readonly earlyCancels = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private idleWaiters: (() => void)[] = [];
  private readonly standStill = new StandStill(HELD_UP_MS, performance.now());

  constructor() {
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  get size(): number {
    return this.runs.size;
  }

  add(key: string, run: RequestRun): void {
    this.runs.set(key, run);
  }

  get(key: string): RequestRun | undefined {
    return this.runs.get(key);
  }

  remove(key: string): void {
    this.runs.delete(key);
    if (this.runs.size === 0) for (const wake of this.idleWaiters.splice(0)) wake();
  }

  /** A cancel for a request that is not here may be early: the request can still be on its way. */
  cancel(key: string, reason: CancelReason, remember: boolean): void {
    const run = this.runs.get(key);
    if (run) run.cancel(reason);
    else if (remember) this.earlyCancels.set(key, performance.now());
  }

  /** True, once, when the request was cancelled before it came. */
  wasCancelled(key: string): boolean {
    return this.earlyCancels.size > 0 && this.earlyCancels.delete(key);
  }

  /** NATS is away: every run that needs it stops sending and reads on for its usage. */
  detachAll(): void {
    for (const run of this.runs.values()) if (!run.reply.isDirect) run.detach();
  }

  cancelAll(reason: CancelReason): void {
    for (const run of this.runs.values()) run.cancel(reason);
  }

  /** Resolves when nothing runs any more, or after `timeoutMs` with false. */
  async idle(timeoutMs: number): Promise<boolean> {
    if (this.runs.size === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.idleWaiters.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  close(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const nowMs = performance.now();
    // Cancels and answers that came meanwhile are still unread: nothing is late before they are.
    if (this.standStill.passes(nowMs)) return;
    for (const run of this.runs.values()) run.tick(nowMs);
    for (const [key, sinceMs] of this.earlyCancels) {
      if (nowMs - sinceMs > EARLY_CANCEL_MS) this.earlyCancels.delete(key);
    }
  }
}
