/** Looks often enough that an entry outlives its lifetime by a tenth at most. */
const CHECKS_PER_LIFETIME = 10;

export interface EntryLifetimesOptions {
  readonly ttlMs: number;
  /** False while NATS is away: nobody can be heard then, so nobody's silence means anything. */
  readonly isListening: () => boolean;
  readonly onExpired: (key: string) => void;
}

/**
 * NATS drops the entries of a bucket with a lifetime without a word to those who watch. This remembers when each key was
 * last heard of, and says when that is longer ago than an entry lives.
 */
export class EntryLifetimes {
  private readonly heardMs = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly everyMs: number;
  private checkedMs = performance.now();

  constructor(private readonly options: EntryLifetimesOptions) {
    this.everyMs = options.ttlMs / CHECKS_PER_LIFETIME;
    this.timer = setInterval(() => this.check(), this.everyMs);
    this.timer.unref();
  }

  heard(key: string): void {
    this.heardMs.set(key, performance.now());
  }

  forget(key: string): void {
    this.heardMs.delete(key);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const nowMs = performance.now();
    const deafMs = nowMs - this.checkedMs;
    this.checkedMs = nowMs;
    // Either NATS is away, or this process was held up and has not read what came meanwhile: time that nobody's silence
    // is measured in.
    if (!this.options.isListening() || deafMs > this.everyMs * 3) {
      for (const [key, atMs] of this.heardMs) this.heardMs.set(key, atMs + deafMs);
      return;
    }
    for (const [key, atMs] of this.heardMs) {
      if (nowMs - atMs <= this.options.ttlMs) continue;
      this.heardMs.delete(key);
      this.options.onExpired(key);
    }
  }
}
