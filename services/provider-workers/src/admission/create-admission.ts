import type { ServiceContext } from '@gateway/service-kit';
import { openRedis, openSharedLimits, pingRedis, QuotaStore, type RedisClient } from '@gateway/storage';
import { CallAdmission } from './call-admission';
import { createAdmissionObserver } from './observe-admission';
import { ProbeClaims } from './probe-claims';

export interface WorkerAdmission {
  /** The connection, for whoever else needs one. */
  readonly redis: RedisClient;
  readonly admission: CallAdmission;
  readonly probes: ProbeClaims;
  /** Resolves when Redis is connected, or cannot be: nobody waits for it then. */
  connected(): Promise<void>;
  close(): void;
}

/** What decides on provider calls, with its connection to Redis; without Redis limits are kept by this worker's share. */
export function createAdmission(context: ServiceContext<'provider-workers'>): WorkerAdmission {
  const { environment, logger, metrics, health, instanceId } = context;
  const redis = openRedis({
    redisUrl: environment.redisUrl,
    connectionName: instanceId,
    commandTimeoutMs: environment.limitsTimeoutMs,
    onError: (error) => logger.debug({ error }, 'Redis connection failed'),
  });
  health.add({ name: 'redis', hard: false, check: () => pingRedis(redis) });
  const store = new QuotaStore({ redis, namespace: environment.namespace });
  const limits = openSharedLimits({ store, who: instanceId, metrics, logger });
  return {
    redis,
    admission: new CallAdmission({
      limits,
      mostCalls: environment.providerConnections,
      mostWaiting: environment.providerQueue,
      observe: createAdmissionObserver(metrics),
    }),
    probes: new ProbeClaims(store),
    connected: () => pingRedis(redis).catch(() => undefined),
    close() {
      limits.close();
      store.flush();
      redis.disconnect();
    },
  };
}
