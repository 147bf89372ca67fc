import type { Bus } from '@gateway/bus';
import { DRAIN_ORDER, openBudgets, type ServiceContext, watchEviction } from '@gateway/service-kit';
import { openRedis } from '@gateway/storage';
import { EdgeBudgets } from './edge-budgets';

/** A call that is refused because Redis was slow is worse than one that waits. */
const PATIENCE_MS = 1_000;

export function createEdgeBudgets(context: ServiceContext<'edge-api'>, bus: Bus): EdgeBudgets {
  const { environment, logger } = context;
  const redis = openRedis({
    redisUrl: environment.redisUrl,
    connectionName: context.instanceId,
    commandTimeoutMs: PATIENCE_MS,
    onError: (error) => logger.debug({ error }, 'Redis connection failed'),
  });
  watchEviction(context, redis);
  const budgets = openBudgets(context, { bus, redis });
  const close = (): void => {
    budgets.store.flush();
    redis.disconnect();
  };
  context.onDrain('close the way to budgets', close, DRAIN_ORDER.connections);
  return new EdgeBudgets(budgets);
}
