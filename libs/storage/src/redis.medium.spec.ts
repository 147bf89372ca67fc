import { once } from 'node:events';
import { ChaosProxy, eventually } from '@gateway/testkit';
import { pingRedis } from './health';
import { openRedis, type RedisClient } from './redis';

// Real: Redis, behind a proxy that can fall silent.
/** Also how long a slow machine may take for the answers that do come. */
const PATIENT_MS = 2_000;
let proxy: ChaosProxy;
let redis: RedisClient;
let errors: Error[];

beforeEach(async () => {
  errors = [];
  proxy = new ChaosProxy({ port: Number(new URL(process.env.TEST_REDIS_URL ?? '').port) });
  await proxy.start();
  redis = openRedis({
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
    connectionName: 'storage-spec',
    commandTimeoutMs: PATIENT_MS,
    onError: (error) => errors.push(error),
  });
  await once(redis, 'ready');
});
afterEach(async () => {
  redis.disconnect();
  await proxy.stop();
});

describe('openRedis', () => {
  it('names itself to the server', async () => {
    expect(await redis.client('GETNAME')).toBe('storage-spec');
  });

  it('fails a command when Redis is silent, and works again when it is back', async () => {
    await pingRedis(redis);
    proxy.blackhole();
    await expect(pingRedis(redis)).rejects.toThrow('Command timed out');
    proxy.restore();
    await eventually('Redis to answer', () =>
      pingRedis(redis).then(
        () => true,
        () => false,
      ),
    );
  });

  it('is not called ill while it connects for the first time', async () => {
    const fresh = openRedis({
      redisUrl: `redis://127.0.0.1:${proxy.port}`,
      connectionName: 'storage-spec-fresh',
      commandTimeoutMs: PATIENT_MS,
    });
    try {
      await pingRedis(fresh);
    } finally {
      fresh.disconnect();
    }
  });

  it('drops a connection that stays silent, so that unanswered commands cannot pile up', async () => {
    proxy.blackhole();
    await expect(pingRedis(redis)).rejects.toThrow('Command timed out');
    await eventually('the connection to be given up', () =>
      errors.some((error) => /Socket timeout/.test(error.message)),
    );
  });

  it('fails at once while there is no connection, and reconnects by itself', async () => {
    proxy.cut({ refuseNew: true });
    await eventually('the connection to be gone', () => redis.status !== 'ready');
    await expect(pingRedis(redis)).rejects.toThrow();
    proxy.restore();
    await eventually('Redis to answer', () =>
      pingRedis(redis).then(
        () => true,
        () => false,
      ),
    );
  });
});
