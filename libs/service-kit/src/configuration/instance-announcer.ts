import { INSTANCE_TTL_MS, type InstanceReport, subjectToken } from '@gateway/contracts';
import type { ServiceContext } from '../service-context';

/** Two may be lost before this instance counts as gone. */
const REFRESH_MS = INSTANCE_TTL_MS / 4;
/** After one that could not be said: a roll-out may wait for it. */
const AGAIN_MS = 200;

interface InstancesBucket {
  put(key: string, bytes: Uint8Array): Promise<unknown>;
  delete(key: string): Promise<void>;
}

type Said = Omit<InstanceReport, 'service' | 'instance'>;

/** Says which configuration this instance holds, and what it thinks of the next, as long as it lives. */
export class InstanceAnnouncer {
  private readonly key: string;
  private said: Said = { version: null, sinceUnixMs: Date.now() };
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private saying: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: Pick<ServiceContext, 'name' | 'instanceId' | 'logger'>,
    private readonly bucket: InstancesBucket,
  ) {
    this.key = `${context.name}.${subjectToken(context.instanceId)}`;
  }

  get current(): Said {
    return this.said;
  }

  /** At once, and again from time to time. */
  say(said: Said): Promise<void> {
    this.said = said;
    return this.announce();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.saying;
    await this.bucket.delete(this.key).catch((error: unknown) => {
      this.context.logger.debug({ error }, 'cannot take this instance off the list; it runs out');
    });
  }

  /** One after the other, so that the last word is the last that arrives. */
  private announce(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.saying = this.saying.then(() => this.put());
    return this.saying;
  }

  private async put(): Promise<void> {
    if (this.stopped) return;
    const { name: service, instanceId: instance, logger } = this.context;
    let nextMs = REFRESH_MS;
    try {
      const report: InstanceReport = { service, instance, ...this.said };
      await this.bucket.put(this.key, Buffer.from(JSON.stringify(report)));
    } catch (error) {
      logger.debug({ error }, 'cannot say which configuration is held here yet');
      nextMs = AGAIN_MS;
    }
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.announce(), nextMs);
    this.timer.unref();
  }
}
