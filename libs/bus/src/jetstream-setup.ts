import {
  DiscardPolicy,
  type JetStreamManager,
  type KV,
  type NatsConnection,
  NatsError,
  RetentionPolicy,
  StorageType,
} from 'nats';

/** Room for about 20 million usage events; a full stream refuses new ones, and the senders keep them in their spools. */
const USAGE_STREAM_MAX_BYTES = 8 * 1024 ** 3;
/** NATS sets a stream's room aside when it is made. A small disk gets a smaller one, down to this. */
const USAGE_STREAM_LEAST_BYTES = 64 * 1024 ** 2;
/** NATS's error code for "insufficient storage resources available". */
const NO_ROOM = 10_047;

/** Creates the usage stream unless it exists. Safe to call from every service at once. */
export async function ensureUsageStream(manager: JetStreamManager, name: string, subject: string): Promise<void> {
  if (await exists(manager, name)) return;
  for (let maxBytes = USAGE_STREAM_MAX_BYTES; ; maxBytes /= 2) {
    try {
      await manager.streams.add({
        name,
        subjects: [subject],
        storage: StorageType.File,
        // Events leave when the ledger has them; `New` refuses at the limit where `Old` would forget money.
        retention: RetentionPolicy.Workqueue,
        discard: DiscardPolicy.New,
        max_bytes: maxBytes,
      });
      return;
    } catch (error) {
      // Another service may have made it meanwhile, with another size.
      if (await exists(manager, name)) return;
      if (!lacksRoom(error) || maxBytes <= USAGE_STREAM_LEAST_BYTES) throw error;
    }
  }
}

async function exists(manager: JetStreamManager, name: string): Promise<boolean> {
  return manager.streams.info(name).then(
    () => true,
    () => false,
  );
}

function lacksRoom(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === NO_ROOM;
}

export async function openKeyValue(connection: NatsConnection, bucket: string, ttlMs?: number): Promise<KV> {
  return connection.jetstream().views.kv(bucket, { history: 1, ...(ttlMs !== undefined && { ttl: ttlMs }) });
}
