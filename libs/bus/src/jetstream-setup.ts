import { DiscardPolicy, type JetStreamManager, type KV, type NatsConnection, RetentionPolicy, StorageType } from 'nats';

/** Room for about 20 million usage events; a full stream refuses new ones, and the senders keep them in their spools. */
const USAGE_STREAM_MAX_BYTES = 8 * 1024 ** 3;

/** Creates the usage stream unless it exists. Safe to call from every service at once. */
export async function ensureUsageStream(manager: JetStreamManager, name: string, subject: string): Promise<void> {
  try {
    await manager.streams.info(name);
  } catch {
    await manager.streams.add({
      name,
      subjects: [subject],
      storage: StorageType.File,
      // Events leave when the ledger has them; `New` refuses at the limit where `Old` would forget money.
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      max_bytes: USAGE_STREAM_MAX_BYTES,
    });
  }
}

export async function openKeyValue(connection: NatsConnection, bucket: string, ttlMs?: number): Promise<KV> {
  return connection.jetstream().views.kv(bucket, { history: 1, ...(ttlMs !== undefined && { ttl: ttlMs }) });
}
