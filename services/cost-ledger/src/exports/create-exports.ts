import type { GatewaySnapshot } from '@gateway/config';
import type { ExportSettings } from '@gateway/domain';
import type { ServiceContext } from '@gateway/service-kit';
import type { Database } from '@gateway/storage';
import type { LedgerSecrets } from '../ledger-secrets';
import { RepeatedTask } from '../repeated-task';
import { ExportCursor } from './export-cursor';
import { createExportMetrics } from './export-metrics';
import { exportRequests } from './export-requests';
import type { ExportTarget } from './export-target';
import { LangfuseTarget } from './langfuse-target';
import { S3Target } from './s3-target';

const EVERY_MS = 10_000;

export interface LedgerExports {
  /** What it returns sends to these systems from then on. */
  prepare(snapshot: Pick<GatewaySnapshot, 'exports'>): () => void;
  stop(): Promise<void>;
}

/** Sends finished requests to the systems of the configuration; none by default. */
export function createExports(
  { logger, metrics }: Pick<ServiceContext<'cost-ledger'>, 'logger' | 'metrics'>,
  { database, secrets }: { readonly database: Database; readonly secrets: Pick<LedgerSecrets, 'of'> },
): LedgerExports {
  const counts = createExportMetrics(metrics);
  let said = '';
  let running: readonly RepeatedTask[] = [];
  const begin = (target: ExportTarget): RepeatedTask => {
    const cursor = new ExportCursor(database, target.name);
    let isStopped = false;
    const work = async (): Promise<void> => {
      try {
        const report = (requests: number) => counts.sent(target.name, requests);
        await exportRequests({ database, cursor, target, report, isStopped: () => isStopped });
      } catch (error) {
        counts.failed(target.name);
        logger.warn({ error, target: target.name }, 'finished requests could not be sent; they are sent again');
      }
    };
    const task = new RepeatedTask(work, { everyMs: EVERY_MS, name: 'send finished requests', logger });
    task.start();
    const stop = task.stop.bind(task);
    task.stop = () => {
      isStopped = true;
      return stop();
    };
    return task;
  };
  return {
    prepare({ exports: settings = {} }) {
      const targets = targetsOf(settings, secrets);
      const now = JSON.stringify(settings);
      return () => {
        if (now === said) return;
        said = now;
        for (const task of running) void task.stop();
        running = targets.map(begin);
      };
    },
    async stop() {
      await Promise.all(running.map((task) => task.stop()));
    },
  };
}

function targetsOf({ s3, langfuse }: ExportSettings, secrets: Pick<LedgerSecrets, 'of'>): ExportTarget[] {
  const secretOf = (reference: string): string => {
    const secret = secrets.of(reference);
    if (secret.ok) return secret.value;
    throw new Error(`a secret of exports is missing: ${secret.reason}`);
  };
  return [...(s3 ? [new S3Target(s3, secretOf)] : []), ...(langfuse ? [new LangfuseTarget(langfuse, secretOf)] : [])];
}
