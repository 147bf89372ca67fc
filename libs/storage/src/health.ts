import { once } from 'node:events';
import type { DatabaseSession } from './database-connection';
import type { RedisClient } from './redis';

/** Resolves when PostgreSQL answers a query; rejects within the timeouts of the database otherwise. */
export async function pingDatabase(database: DatabaseSession): Promise<void> {
  await database.query('SELECT 1');
}

const CONNECTING_MS = 500;

/**
 * Resolves when Redis answers; rejects within its command timeout otherwise. A connection that is just being made is
 * waited for, at most half a second: right after the start of a service that is no fault.
 */
export async function pingRedis(redis: RedisClient): Promise<void> {
  if (redis.status === 'connecting' || redis.status === 'connect') {
    await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECTING_MS) });
  }
  await redis.ping();
}
