import { livingRunRecords } from '../process/run-record';

export type StopReason = 'asked' | 'gave-up';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const KILLED_EXIT_CODE = 130;

/** Hears Ctrl-C and its like: the first asks for an orderly stop, the second kills everything at once. */
export class StopSignal {
  readonly requested: Promise<StopReason>;
  private reason: StopReason | undefined;
  private announce: (reason: StopReason) => void = () => undefined;

  constructor(
    private readonly runDir: string,
    private readonly onRequest: () => void,
  ) {
    this.requested = new Promise((resolve) => {
      this.announce = resolve;
    });
    for (const signal of SIGNALS) process.on(signal, () => this.hear());
  }

  get isRequested(): boolean {
    return this.reason !== undefined;
  }

  request(reason: StopReason): void {
    if (this.isRequested) return;
    this.reason = reason;
    this.onRequest();
    this.announce(reason);
  }

  private hear(): void {
    if (!this.isRequested) {
      this.request('asked');
      return;
    }
    for (const record of livingRunRecords(this.runDir)) {
      try {
        process.kill(record.pid, 'SIGKILL');
      } catch {
        // Ended meanwhile.
      }
    }
    process.exit(KILLED_EXIT_CODE);
  }
}
