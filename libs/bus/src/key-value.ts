import type { Logger } from '@gateway/telemetry';
import { type KV, type KvEntry, NatsError } from 'nats';
import { EntryLifetimes } from './entry-lifetimes';
import type { NatsChannel } from './nats-channel';

/** JetStream: another message came first. */
const WRONG_LAST_SEQUENCE = 10_071;

export interface KeyValueEntry {
  readonly key: string;
  /** Null when the key was deleted or ran out. */
  readonly bytes: Uint8Array | null;
  readonly revision: number;
}

/** One JetStream key-value bucket. Watches survive a restart of NATS and never go back to an older revision. */
export class KeyValueBucket {
  constructor(
    private readonly kv: KV,
    private readonly channel: NatsChannel,
    private readonly logger: Logger,
    /** Lifetime of entries; without one they stay. */
    private readonly ttlMs?: number,
  ) {}

  /** Returns the revision. */
  async put(key: string, bytes: Uint8Array): Promise<number> {
    return this.kv.put(key, bytes);
  }

  async get(key: string): Promise<{ bytes: Uint8Array; revision: number } | null> {
    const entry = await this.kv.get(key);
    return entry && entry.operation === 'PUT' ? { bytes: entry.value, revision: entry.revision } : null;
  }

  /** Puts what nobody else has put since this revision (null: where nothing was); false when somebody has. */
  async putIf(key: string, bytes: Uint8Array, revision: number | null): Promise<boolean> {
    try {
      await (revision === null ? this.kv.create(key, bytes) : this.kv.update(key, bytes, revision));
      return true;
    } catch (error) {
      if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.kv.delete(key);
  }

  async keys(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const key of await this.kv.keys()) found.push(key);
    return found;
  }

  /** Takes out every key that begins with `<first token>.`, and leaves no mark of any: who watches hears nothing. */
  async erase(firstToken: string): Promise<void> {
    const { stream, subjectPrefix } = await this.place();
    const manager = await this.channel.connection.jetstreamManager();
    await manager.streams.purge(stream, { filter: `${subjectPrefix}${firstToken}.>` });
  }

  /**
   * Calls `listener` with the present value of every matching key and with every later change. Resolves once the
   * present values have been delivered.
   */
  async watch(keyPattern: string, listener: (entry: KeyValueEntry) => void): Promise<() => void> {
    const revisions = new Map<string, number>();
    const tell = (entry: KeyValueEntry): void => {
      try {
        listener(entry);
      } catch (error) {
        this.logger.error({ error, key: entry.key }, 'key-value listener failed');
      }
    };
    const lifetimes = this.followLifetimes((key) => {
      const revision = revisions.get(key) ?? 0;
      revisions.delete(key);
      tell({ key, bytes: null, revision });
    });
    const deliver = (entry: KvEntry): void => {
      if ((revisions.get(entry.key) ?? 0) >= entry.revision) return;
      revisions.set(entry.key, entry.revision);
      const isThere = entry.operation === 'PUT';
      if (isThere) lifetimes?.heard(entry.key);
      else lifetimes?.forget(entry.key);
      tell({ key: entry.key, bytes: isThere ? entry.value : null, revision: entry.revision });
    };
    let stop = await this.open(keyPattern, deliver);
    let stopped = false;
    // A restarted server forgets the watch's consumer; opening it anew also delivers what changed meanwhile.
    const forget = this.channel.onReconnect(() => {
      stop();
      void this.reopen(keyPattern, deliver, () => stopped).then((next) => {
        stop = next;
        if (stopped) next();
      });
    });
    return () => {
      stopped = true;
      lifetimes?.close();
      forget();
      stop();
    };
  }

  private async place(): Promise<{ readonly stream: string; readonly subjectPrefix: string }> {
    const { bucket } = await this.kv.status();
    return { stream: `KV_${bucket}`, subjectPrefix: `$KV.${bucket}.` };
  }

  private followLifetimes(onExpired: (key: string) => void): EntryLifetimes | null {
    const { ttlMs, channel } = this;
    if (ttlMs === undefined) return null;
    return new EntryLifetimes({ ttlMs, isListening: () => channel.isConnected, onExpired });
  }

  private async reopen(
    keyPattern: string,
    deliver: (entry: KvEntry) => void,
    isStopped: () => boolean,
  ): Promise<() => void> {
    for (let waitMs = 50; !isStopped(); waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return await this.open(keyPattern, deliver);
      } catch (error) {
        this.logger.warn({ error, keyPattern }, 'cannot watch the key-value bucket yet');
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
    return () => undefined;
  }

  private async open(keyPattern: string, deliver: (entry: KvEntry) => void): Promise<() => void> {
    let initialised: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      initialised = resolve;
    });
    const entries = await this.kv.watch({ key: keyPattern, initializedFn: () => initialised() });
    void (async () => {
      for await (const entry of entries) deliver(entry);
    })();
    await ready;
    return () => entries.stop();
  }
}
