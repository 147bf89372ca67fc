import { DRAIN_ORDER, type ServiceContext } from '@gateway/service-kit';
import { openRedis, openSharedLimits, QuotaStore } from '@gateway/storage';
import { gatewayRateLimitedTotal } from '@gateway/telemetry';
import { LIMIT_WORDS } from './limit-words';
import { RateLimits } from './rate-limits';

/** The limits of accounts, with their own connection to Redis; without Redis this edge keeps its share of them. */
export function createRateLimits(context: ServiceContext<'edge-api'>): RateLimits {
  const { environment, logger, metrics, instanceId } = context;
  const redis = openRedis({
    redisUrl: environment.redisUrl,
    connectionName: `${instanceId}-limits`,
    commandTimeoutMs: environment.limitsTimeoutMs,
    onError: (error) => logger.debug({ error }, 'Redis connection for limits failed'),
  });
  // Beside those of deployments, which workers share.
  const store = new QuotaStore({ redis, namespace: `${environment.namespace}:accounts` });
  const shared = openSharedLimits({ store, who: instanceId, metrics, logger });
  context.onDrain(
    'give back what calls have of limits',
    async () => {
      shared.close();
      store.flush();
      // What was said before is heard first.
      await redis.quit().catch(() => redis.disconnect());
    },
    DRAIN_ORDER.connections,
  );
  const refused = gatewayRateLimitedTotal(metrics);
  return new RateLimits({
    shared,
    refused: (scope, limit) => refused.labelled({ scope, limit: LIMIT_WORDS[limit].rule }).increment(),
  });
}
