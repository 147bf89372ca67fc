/**
 * Notices when this process was held up (stopped, or starved of CPU), for clocks that tick regularly and look for what has
 * been silent for too long. Timers run before sockets: after a stand-still the signs of life are there and still unread,
 * so one tick is passed over. Only one, or a process that is always slow would never find anybody silent.
 */
export class StandStill {
  private lastMs: number;
  private hasPassed = false;

  /** `limitMs`: a tick that comes later than this after the one before means a stand-still. */
  constructor(
    private readonly limitMs: number,
    nowMs: number,
  ) {
    this.lastMs = nowMs;
  }

  /** Called at each tick; true when this one is to be passed over. */
  passes(nowMs: number): boolean {
    const isHeldUp = nowMs - this.lastMs > this.limitMs;
    this.lastMs = nowMs;
    this.hasPassed = isHeldUp && !this.hasPassed;
    return this.hasPassed;
  }
}
