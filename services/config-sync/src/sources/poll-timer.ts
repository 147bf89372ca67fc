export interface PollTimerOptions {
  readonly pollMs: number;
  /** Each wait is by up to this share longer or shorter, so that many gateways do not ask at once. */
  readonly jitter: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** The first wait after a look without an answer, unless the usual one is shorter; each further one is twice as long … */
const FIRST_RETRY_MS = 1_000;
/** … up to so many times the usual one. */
const LONGEST_RETRY_IN_POLLS = 4;

/** When to look again: at a steady pace while looks have answers, soon and then ever later while they have none. */
export class PollTimer {
  private timer: NodeJS.Timeout | null = null;
  private failures = 0;

  constructor(
    private readonly look: () => void,
    private readonly options: PollTimerOptions,
  ) {}

  /** Called after each look; there is never more than one to come. */
  next(failed: boolean): void {
    this.stop();
    this.failures = failed ? this.failures + 1 : 0;
    this.timer = setTimeout(this.look, this.waitMs());
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private waitMs(): number {
    const { pollMs, jitter, random } = this.options;
    const retryMs = Math.min(FIRST_RETRY_MS, pollMs) * 2 ** Math.min(this.failures - 1, 30);
    const usualMs = this.failures === 0 ? pollMs : Math.min(retryMs, pollMs * LONGEST_RETRY_IN_POLLS);
    return usualMs * (1 + jitter * (2 * random() - 1));
  }
}
