import type { DatabaseSession } from './database-connection';
import type { RedisClient } from './redis';

/** Resolves when PostgreSQL answers a query; rejects within the timeouts of the database otherwise. */
export async function pingDatabase(database: DatabaseSession): Promise<void> {
  await database.query('SELECT 1');
}

/** Resolves when Redis answers; rejects within its command timeout otherwise. */
export async function pingRedis(redis: RedisClient): Promise<void> {
  await redis.ping();
}
