interface Timer {
  readonly id: number;
  readonly dueAtUnixMs: number;
  readonly run: () => void;
}

/** A clock that only moves when told to. Timers run inside `advance`, in the order they are due. */
export class FakeClock {
  private timers: Timer[] = [];
  private nextId = 1;

  constructor(private currentUnixMs = 1_700_000_000_000) {}

  /** A field, so that it can be handed over as a function. */
  readonly now = (): number => this.currentUnixMs;

  /** Returns an id for `clearTimeout`. */
  readonly setTimeout = (run: () => void, delayMs: number): number => {
    const id = this.nextId;
    this.nextId += 1;
    this.timers.push({ id, dueAtUnixMs: this.currentUnixMs + Math.max(0, delayMs), run });
    return id;
  };

  readonly clearTimeout = (id: number): void => {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  };

  get pendingTimers(): number {
    return this.timers.length;
  }

  /** Moves on by so many milliseconds; each timer sees the time it was due at. */
  advance(durationMs: number): void {
    if (durationMs < 0) throw new RangeError('time does not run backwards');
    const untilUnixMs = this.currentUnixMs + durationMs;
    for (let timer = this.takeDue(untilUnixMs); timer; timer = this.takeDue(untilUnixMs)) {
      this.currentUnixMs = Math.max(this.currentUnixMs, timer.dueAtUnixMs);
      timer.run();
    }
    this.currentUnixMs = untilUnixMs;
  }

  private takeDue(untilUnixMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      const isDue = timer.dueAtUnixMs <= untilUnixMs;
      if (isDue && (first === undefined || timer.dueAtUnixMs < first.dueAtUnixMs)) first = timer;
    }
    if (first) this.clearTimeout(first.id);
    return first;
  }
}
