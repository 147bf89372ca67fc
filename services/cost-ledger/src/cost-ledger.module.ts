import { Bus } from '@gateway/bus';
import { DRAIN_ORDER, followConfiguration, type ServiceContext } from '@gateway/service-kit';
import { Database, openRedis, pingDatabase, pingRedis } from '@gateway/storage';
import { gatewayExperimentWinnersTotal } from '@gateway/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AlertsRpc } from './alerts/alerts-rpc';
import { createAlerts, type LedgerAlerts } from './alerts/create-alerts';
import { AuditRpc } from './audit/audit-rpc';
import { BatchStore } from './batches/batch-store';
import { BatchWorkRpc } from './batches/batch-work-rpc';
import { BatchWorkStore } from './batches/batch-work-store';
import { BatchesRpc } from './batches/batches-rpc';
import { BooksAudit } from './books/books-audit';
import { createBudgets, type LedgerBudgets } from './budgets/create-budgets';
import { createDirectory } from './directory/create-directory';
import { DirectoryRpc } from './directory/directory-rpc';
import { MembersRpc } from './directory/members-rpc';
import { ExperimentsRpc } from './experiments/experiments-rpc';
import { FeedbackStore } from './experiments/feedback-store';
import { FigureStore } from './experiments/figure-store';
import { WinnerAdopter } from './experiments/winner-adopter';
import { createExports, type LedgerExports } from './exports/create-exports';
import { FileStore } from './files/file-store';
import { FilesRpc } from './files/files-rpc';
import { AccountsRpc } from './keys/accounts-rpc';
import { KeyChangeOutbox } from './keys/key-change-outbox';
import { KeyChangeStore } from './keys/key-change-store';
import { KeyMirrorWriter } from './keys/key-mirror-writer';
import { KeyStore } from './keys/key-store';
import { KeysRpc } from './keys/keys-rpc';
import { createDriftReport, createLedgerMetrics, createMonthReports } from './ledger-metrics';
import { LedgerSecrets } from './ledger-secrets';
import { MonthlyPartitions } from './months/monthly-partitions';
import { Retention } from './months/retention';
import { PeriodicSweep } from './periodic-sweep';
import { RepeatedTask } from './repeated-task';
import { LedgerRpc } from './reports/ledger-rpc';
import { SpendReportsRpc } from './reports/spend-reports-rpc';
import { ResponseStore } from './responses/response-store';
import { ResponsesRpc } from './responses/responses-rpc';
import { CatalogPriceBook } from './usage/catalog-price-book';
import { LedgerStore } from './usage/ledger-store';
import { RejectedStore } from './usage/rejected-store';
import { traceBookings } from './usage/trace-bookings';
import { UsageIntake } from './usage/usage-intake';
import { UsageRecorder } from './usage/usage-recorder';

type LedgerContext = ServiceContext<'cost-ledger'>;

/** Connections for writing batches; the rest of the pool answers gRPC calls, so that neither can starve the other. */
const WRITER_CONNECTIONS = 2;
const WRITER_STATEMENT_TIMEOUT_MS = 5_000;
/** What one statement of a sweep removes at most: rows of some KB, and of a MB. */
const RESPONSES_AT_ONCE = 500;
const PIECES_AT_ONCE = 16;
const AUDIT_STATEMENT_TIMEOUT_MS = 300_000;
const MONTHS_EVERY_MS = 10 * 60 * 1_000;
const FEEDBACK_AT_ONCE = 500;

@Module({})
class CostLedgerModule {}

/** Connects the ledger: keys and reports over gRPC, usage from JetStream, both on PostgreSQL. */
export async function createCostLedgerModule(context: LedgerContext): Promise<DynamicModule> {
  const { environment, logger, health } = context;
  const reads = openDatabase(context, { poolSize: Math.max(1, environment.databasePool - WRITER_CONNECTIONS) });
  const writes = openDatabase(context, {
    poolSize: WRITER_CONNECTIONS,
    statementTimeoutMs: WRITER_STATEMENT_TIMEOUT_MS,
  });
  const redis = openRedis({
    redisUrl: environment.redisUrl,
    connectionName: context.instanceId,
    onError: (error) => logger.debug({ error }, 'Redis connection failed'),
  });
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  health.add({ name: 'postgres', hard: true, check: () => pingDatabase(reads) });
  health.add({ name: 'redis', hard: false, check: () => pingRedis(redis) });
  health.add({ name: 'nats', hard: true, check: () => bus.isConnected });

  const accounts = createAccounts(context, {
    bus,
    database: reads,
    mirror: new KeyMirrorWriter(redis, environment.namespace),
  });
  const directory = createDirectory({ bus, database: reads, logger });
  const responses = new ResponseStore(reads);
  const files = new FileStore(reads);
  const feedback = new FeedbackStore(reads);
  const figures = new FigureStore(reads);
  const adopter = await createAdopter(context, bus, figures);
  const sweeps = [
    new PeriodicSweep(() => feedback.sweep(FEEDBACK_AT_ONCE), logger),
    new PeriodicSweep(() => responses.deleteExpired(RESPONSES_AT_ONCE), logger),
    new PeriodicSweep(() => files.sweep(PIECES_AT_ONCE), logger),
  ];
  for (const sweep of sweeps) sweep.start();
  const secrets = new LedgerSecrets(context);
  const alerts = createAlerts(context, { database: reads, secrets });
  const exporting = createExports(context, { database: reads, secrets });
  const budgets = createBudgets(context, { bus, database: reads, redis, onCrossed: () => alerts.budgetCrossed() });
  const audit = startAudit(context);
  const stopUsage = await startUsage(context, { bus, database: writes, adopter, budgets, alerts, exporting, secrets });
  adopter.start();
  context.onDrain('finish usage and changes of keys', async () => {
    await Promise.all([
      stopUsage(),
      budgets.stop(),
      alerts.stop(),
      exporting.stop(),
      adopter.stop(),
      accounts.outbox.stop(),
      directory.changes.stop(),
      ...sweeps.map((sweep) => sweep.stop()),
      audit.stop(),
    ]);
  });
  context.onDrain(
    'close connections',
    async () => {
      secrets.close();
      redis.disconnect();
      await Promise.all([bus.close(), reads.close(), writes.close(), audit.close()]);
    },
    DRAIN_ORDER.connections,
  );
  return {
    module: CostLedgerModule,
    providers: [
      { provide: AccountsRpc, useValue: accounts.rpc },
      { provide: KeysRpc, useValue: accounts.keys },
      { provide: AlertsRpc, useValue: alerts.rpc },
      { provide: AuditRpc, useValue: new AuditRpc(reads) },
      { provide: DirectoryRpc, useValue: directory.entries },
      { provide: MembersRpc, useValue: directory.members },
      { provide: LedgerRpc, useValue: new LedgerRpc(reads) },
      { provide: ExperimentsRpc, useValue: new ExperimentsRpc(feedback, figures) },
      { provide: SpendReportsRpc, useValue: new SpendReportsRpc(reads) },
      { provide: ResponsesRpc, useValue: new ResponsesRpc(responses) },
      { provide: FilesRpc, useValue: new FilesRpc(files) },
      { provide: BatchesRpc, useValue: new BatchesRpc(new BatchStore(reads), files) },
      { provide: BatchWorkRpc, useValue: new BatchWorkRpc(new BatchWorkStore(reads)) },
    ],
    exports: [
      AccountsRpc,
      KeysRpc,
      AlertsRpc,
      AuditRpc,
      DirectoryRpc,
      MembersRpc,
      LedgerRpc,
      SpendReportsRpc,
      ExperimentsRpc,
      ResponsesRpc,
      FilesRpc,
      BatchesRpc,
      BatchWorkRpc,
    ],
  };
}

/** Compares the books with each other, makes the months to come and drops old ones, on a connection with time for large statements. */
function startAudit(context: LedgerContext): { stop(): Promise<void>; close(): Promise<void> } {
  const { environment, logger, metrics } = context;
  const database = openDatabase(context, { poolSize: 1, statementTimeoutMs: AUDIT_STATEMENT_TIMEOUT_MS });
  const audit = new BooksAudit({ database, logger, report: createDriftReport(metrics) });
  const months = createMonthReports(metrics);
  const partitions = new MonthlyPartitions({ database, logger, report: months.others });
  const settings = {
    requestMonths: environment.ledgerRequestMonths,
    journalMonths: environment.ledgerJournalMonths,
    isDryRun: environment.ledgerRetentionDryRun,
  };
  const retention = new Retention({ database, settings, logger, report: months.dropped });
  const keepMonths = new RepeatedTask(
    async () => {
      await partitions.make();
      await retention.apply();
    },
    { everyMs: MONTHS_EVERY_MS, name: 'make and drop months', logger },
  );
  const sweep = new PeriodicSweep(() => audit.next(), logger);
  sweep.start();
  keepMonths.start();
  keepMonths.wake();
  return {
    stop: async () => {
      await Promise.all([sweep.stop(), keepMonths.stop()]);
    },
    close: () => database.close(),
  };
}

function openDatabase(context: LedgerContext, limits: { poolSize: number; statementTimeoutMs?: number }): Database {
  return new Database({
    databaseUrl: context.environment.databaseUrl,
    applicationName: context.instanceId,
    onIdleError: (error) => context.logger.debug({ error }, 'idle PostgreSQL connection lost'),
    ...limits,
  });
}

function createAccounts(
  { logger }: LedgerContext,
  parts: { readonly bus: Bus; readonly database: Database; readonly mirror: KeyMirrorWriter },
) {
  const { bus, mirror } = parts;
  const keys = new KeyStore(parts.database);
  const outbox = new KeyChangeOutbox({
    changes: new KeyChangeStore(parts.database),
    mirror,
    logger,
    publish: async (change) => {
      if (!bus.isConnected) throw new Error('NATS is not connected');
      bus.publish(bus.subjects.keysChanged, Buffer.from(JSON.stringify(change)));
    },
  });
  outbox.start();
  return {
    outbox,
    rpc: new AccountsRpc({ keys, mirror, outbox, logger }),
    keys: new KeysRpc({ database: parts.database, keys, outbox }),
  };
}

async function createAdopter(
  { logger, metrics }: LedgerContext,
  bus: Bus,
  figures: FigureStore,
): Promise<WinnerAdopter> {
  const adopted = gatewayExperimentWinnersTotal(metrics);
  return new WinnerAdopter({
    figures,
    winners: await bus.keyValue(bus.subjects.experimentsBucket),
    logger,
    onAdopted: (experiment, variant) => adopted.labelled({ experiment, variant }).increment(1),
  });
}

/** Usage is read only once a configuration is there: before that the operator's own prices are not known. */
async function startUsage(
  context: LedgerContext,
  parts: {
    readonly bus: Bus;
    readonly database: Database;
    readonly adopter: WinnerAdopter;
    readonly budgets: LedgerBudgets;
    readonly alerts: LedgerAlerts;
    readonly exporting: LedgerExports;
    readonly secrets: LedgerSecrets;
  },
): Promise<() => Promise<void>> {
  const { bus, database, adopter, budgets, alerts, exporting, secrets } = parts;
  const { logger, tracing, environment } = context;
  const { report, unpriced } = createLedgerMetrics(context.metrics);
  const prices = new CatalogPriceBook(({ provider, providerModel }) => {
    unpriced.labelled({ provider, model: providerModel }).increment(1);
    logger.warn({ provider, model: providerModel }, 'no price is known for this model; its cost is booked as unpriced');
  });
  const recorder = new UsageRecorder({
    ledger: new LedgerStore(database, (booking) => budgets.onBooked(booking)),
    rejects: new RejectedStore(database),
    prices,
    logger,
    report: {
      ...report,
      batch: (events, tookMs) => {
        report.batch(events, tookMs);
        traceBookings(tracing, events, Date.now() - tookMs);
      },
    },
  });
  const intake = new UsageIntake({ source: bus, recorder, batchSize: environment.ledgerBatch, logger });
  const follower = await followConfiguration(context, bus, (snapshot) => {
    const followExports = exporting.prepare(snapshot);
    return () => {
      prices.use(snapshot);
      budgets.follow(snapshot.routing);
      secrets.follow(snapshot);
      alerts.follow(snapshot);
      followExports();
      adopter.configure(snapshot.routing.experiments);
      void intake.start();
    };
  });
  return async () => {
    await follower.stop();
    await intake.stop();
  };
}
