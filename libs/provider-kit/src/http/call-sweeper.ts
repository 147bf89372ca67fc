import { ShortLivedMap, StandStill } from '@gateway/domain';

/** Something with a deadline of its own. */
export interface Sweepable {
  /** Called every sweep with the clock of `performance.now()`. */
  checkDeadline(nowMs: number): void;
}

/** A sweep so many periods after the one before means that this process was held up (stopped, or starved of CPU). */
const HELD_UP_PERIODS = 4;

/**
 * One timer for all calls of the process. A timer per chunk costs more than the chunk, so calls only note when they
 * last moved, and this looks at all of them every few milliseconds; deadlines are late by at most two periods.
 */
export class CallSweeper<Call extends Sweepable> {
  private readonly calls = new ShortLivedMap<Call, Call>();
  private timer: NodeJS.Timeout | null = null;
  private standStill: StandStill | null = null;

  constructor(private readonly periodMs: number) {}

  /** Those under way. */
  get all(): readonly Call[] {
    return this.calls.values();
  }

  add(call: Call): void {
    this.calls.set(call, call);
    if (this.timer) return;
    this.standStill = new StandStill(this.periodMs * HELD_UP_PERIODS, performance.now());
    this.timer = setInterval(() => this.sweep(), this.periodMs).unref();
  }

  delete(call: Call): void {
    this.calls.delete(call);
  }

  /** Stops by itself one period after the last call, so that sequential calls do not start and stop a timer each. */
  private sweep(): void {
    if (this.calls.size === 0) {
      this.stop();
      return;
    }
    const nowMs = performance.now();
    if (this.standStill?.passes(nowMs)) return;
    for (const call of this.all) call.checkDeadline(nowMs);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
