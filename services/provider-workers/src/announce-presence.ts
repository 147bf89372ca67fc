import type { Bus, KeyValueBucket } from '@gateway/bus';
import { WORKER_PRESENCE_TTL_MS, type WorkerPresence } from '@gateway/contracts';
import type { Logger } from '@gateway/telemetry';

const REFRESH_MS = 5_000;

/** Keeps this worker's entry in the workers bucket fresh while it lives, and takes it out when it drains. */
export class PresenceAnnouncer {
  private timer: NodeJS.Timeout | null = null;
  private bucket: KeyValueBucket | null = null;

  constructor(
    private readonly bus: Bus,
    private readonly describe: () => WorkerPresence,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    this.bucket = await this.bus.keyValue(this.bus.subjects.workersBucket, { ttlMs: WORKER_PRESENCE_TTL_MS });
    await this.announce();
    this.timer = setInterval(() => void this.announce(), REFRESH_MS);
    this.timer.unref();
  }

  /** Says at once what changed, e.g. after a new configuration. */
  async announce(): Promise<void> {
    const presence = this.describe();
    try {
      await this.bucket?.put(presence.worker, Buffer.from(JSON.stringify(presence)));
    } catch (error) {
      this.logger.warn({ error }, 'cannot announce this worker; routers use what they know');
    }
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    const { worker } = this.describe();
    await this.bucket?.delete(worker).catch((error: unknown) => this.logger.warn({ error }, 'cannot withdraw'));
  }
}
