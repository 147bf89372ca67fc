import type { Logger } from '@gateway/telemetry';

const EVERY_MS = 10 * 60 * 1000;

/** Gives back the room of what has expired. It is out of reach before that, so there is no hurry. */
export class PeriodicSweep {
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    /** Removes some, in one short statement; true when there may be more. */
    private readonly removeSome: () => Promise<boolean>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    }, EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  /** Public for tests. */
  async sweep(): Promise<void> {
    try {
      while ((await this.removeSome()) && this.timer !== null);
    } catch (error) {
      this.logger.debug({ error }, 'cannot remove what has expired now');
    }
  }
}
