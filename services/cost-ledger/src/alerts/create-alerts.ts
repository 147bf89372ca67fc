import type { GatewaySnapshot } from '@gateway/config';
import { ALERT_DEFAULTS } from '@gateway/domain';
import type { ServiceContext } from '@gateway/service-kit';
import type { Database } from '@gateway/storage';
import type { LedgerSecrets } from '../ledger-secrets';
import { RepeatedTask } from '../repeated-task';
import { AlertDesk } from './alert-desk';
import { createAlertMetrics } from './alert-metrics';
import { AlertStore } from './alert-store';
import { AlertsRpc } from './alerts-rpc';
import { watchSpend } from './anomalies/watch-spend';
import { AlertDelivery } from './deliver-alerts';
import { DeliveryStore } from './delivery-store';
import { sendWebhook } from './send-webhook';
import { watchBudgets } from './watch-budgets';

const DELIVER_EVERY_MS = 1_000;
const BUDGETS_EVERY_MS = 10_000;
const SPEND_EVERY_MS = 5 * 60_000;

export interface LedgerAlerts {
  readonly rpc: AlertsRpc;
  /** Nothing is told before the first configuration. */
  follow(snapshot: GatewaySnapshot): void;
  /** A budget's soft limit has just been crossed: there is something to tell. */
  budgetCrossed(): void;
  stop(): Promise<void>;
}

/** Watches what is spent, tells people, and goes on until webhooks have heard of it. */
export function createAlerts(
  { logger, metrics }: Pick<ServiceContext<'cost-ledger'>, 'logger' | 'metrics'>,
  { database, secrets }: { readonly database: Database; readonly secrets: Pick<LedgerSecrets, 'of'> },
): LedgerAlerts {
  const counts = createAlertMetrics(metrics);
  const secretOf = (reference: string): string | null => {
    const secret = secrets.of(reference);
    return secret.ok ? secret.value : null;
  };
  const delivery = new AlertDelivery({
    deliveries: new DeliveryStore(database),
    send: (claimed, webhook) => sendWebhook(claimed, webhook, { secretOf }),
    report: counts.tried,
    logger,
  });
  const delivering = new RepeatedTask(() => delivery.look(), {
    everyMs: DELIVER_EVERY_MS,
    name: 'deliver alerts',
    logger,
  });
  const desk = new AlertDesk({
    store: new AlertStore(database),
    metrics: counts,
    logger,
    onRaised: () => delivering.wake(),
  });
  const watching = new RepeatedTask(() => watchBudgets(database, desk, Date.now()), {
    everyMs: BUDGETS_EVERY_MS,
    name: 'look for budgets that are spent',
    logger,
  });
  const comparing = new RepeatedTask(() => watchSpend(database, desk, Date.now()), {
    everyMs: SPEND_EVERY_MS,
    name: 'compare what is spent with what is usual',
    logger,
  });
  return {
    rpc: new AlertsRpc(database, desk),
    follow({ alerts = ALERT_DEFAULTS }) {
      desk.configure(alerts);
      delivery.configure(alerts);
      delivering.start();
      watching.start();
      comparing.start();
    },
    budgetCrossed: () => watching.wake(),
    async stop() {
      await Promise.all([watching.stop(), comparing.stop(), delivering.stop()]);
      await delivery.stop();
    },
  };
}
