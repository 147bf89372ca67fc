import type { Logger } from '@gateway/telemetry';
import type { ResponseStore } from './response-store';

const EVERY_MS = 10 * 60 * 1000;
const AT_ONCE = 500;

/** Forgets stored responses whose time is over. They are out of reach before that; this gives their room back. */
export class ResponseExpiry {
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<ResponseStore, 'deleteExpired'>,
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
      while ((await this.store.deleteExpired(AT_ONCE)) === AT_ONCE && this.timer !== null);
    } catch (error) {
      this.logger.debug({ error }, 'cannot forget expired responses now');
    }
  }
}
