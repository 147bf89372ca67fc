import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openRedis, type RedisClient } from '@gateway/storage';

export interface TestRedis {
  readonly redis: RedisClient;
  /** A key namespace of its own for one spec file. */
  readonly namespace: string;
  close(): void;
}

export async function openTestRedis(): Promise<TestRedis> {
  const redisUrl = process.env.TEST_REDIS_URL;
  if (redisUrl === undefined) throw new Error('TEST_REDIS_URL is missing: run with `--selectProjects medium`');
  const redis = openRedis({ redisUrl, connectionName: 'test', commandTimeoutMs: 5_000 });
  await once(redis, 'ready');
  return { redis, namespace: `t${randomBytes(6).toString('hex')}`, close: () => redis.disconnect() };
}
