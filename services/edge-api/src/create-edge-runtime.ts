import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Bus, DirectServer } from '@gateway/bus';
import {
  AccountsDefinition,
  AlertsDefinition,
  AuditDefinition,
  ConfigurationDefinition,
  CredentialsDefinition,
  DirectoryDefinition,
  ExperimentsDefinition,
  type KeysChanged,
  KeysDefinition,
  LedgerDefinition,
  ModelsDefinition,
  PricesDefinition,
  SpendReportsDefinition,
  StoredResponsesDefinition,
  subjectToken,
  TeamMembersDefinition,
  WORKER_PRESENCE_TTL_MS,
  type WorkerPresence,
} from '@gateway/contracts';
import {
  createGrpcClient,
  DRAIN_ORDER,
  followConfiguration,
  isGrpcFault,
  type ServiceContext,
} from '@gateway/service-kit';
import { openRedis, pingRedis } from '@gateway/storage';
import { gatewayStoredResponsesTotal } from '@gateway/telemetry';
import { KeyAuthenticator } from './auth/key-authenticator';
import { KeyCache } from './auth/key-cache';
import { KeyDirectory } from './auth/key-directory';
import { createBatchDesk } from './batches/create-batch-desk';
import { createEdgeBudgets } from './budgets/create-edge-budgets';
import { createExchangeBook } from './calls/book-exchange';
import type { CallIngressPorts } from './calls/call-ingress';
import { ExchangeRegistry } from './calls/exchange-registry';
import { createExchangeObserver } from './calls/observe-exchange';
import { CircuitDesk } from './circuits/circuit-desk';
import type { ConfigSyncClient } from './config-sync-client';
import { CustomerDirectory } from './customers/customer-directory';
import { EdgeRuntime } from './edge-runtime';
import { EdgeStateHolder } from './edge-state';
import { WinnerDesk } from './experiments/winner-desk';
import { createFileDesk } from './files/create-file-desk';
import { createRateLimits } from './limits/create-rate-limits';
import { createOverloadGuard } from './overload/create-overload-guard';
import { ResponseLibrary } from './responses/response-library';

/** Longer than the ledger itself waits for PostgreSQL, so that its answer comes first. */
const LEDGER_DEADLINE_MS = 10_000;
/** Publishing a changed credential is part of the call. */
const CONFIG_SYNC_DEADLINE_MS = 10_000;
/** These wait until every instance has judged the change, and for other changes before it. */
const MODEL_CHANGE_DEADLINE_MS = 20_000;
/**
 * A key look-up stands in the way of a request, and for a key in the mirror it may be short; but whoever presents one
 * that is not there would be told 503 by a machine that is merely busy.
 */
const KEY_LOOKUP_DEADLINE_MS = 2_000;
const BOOKS_MS = 4_000;

type EdgeContext = ServiceContext<'edge-api'>;

/** Opens everything the edge needs, and registers how it is closed. */
export async function createEdgeRuntime(context: EdgeContext): Promise<EdgeRuntime> {
  const { environment, logger, metrics, tracing, health } = context;
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  health.add({ name: 'nats', hard: true, check: () => bus.isConnected });
  const state = await followState(context, bus);
  const { authenticator, ledger, customers } = createAuthentication(context, bus);
  const outbox = await bus.openUsageOutbox(join(environment.dataDir, 'spool', 'edge-api'));
  outbox.recover();
  // A name of its own for every process: an answer to the one before must not find an exchange of this one.
  const registry = new ExchangeRegistry(bus, subjectToken(`${context.instanceId}-${randomBytes(3).toString('hex')}`));
  const direct = await DirectServer.listen({
    host: environment.directHost,
    port: environment.directPort,
    ...(environment.directAddress !== undefined && { announce: environment.directAddress }),
    logger,
  });
  await registry.start(direct.lines);
  const responses = createResponseLibrary(context);
  const calls: CallIngressPorts = {
    bus,
    registry,
    bodies: direct.bodies,
    lines: direct.lines,
    authenticator,
    customers,
    tracing,
    limits: {
      handoverMs: environment.handoverTimeoutMs,
      silenceMs: environment.workerSilenceMs,
      slowConsumerMs: environment.slowConsumerMs,
    },
    book: createExchangeBook(outbox, (id, version) => state.findDeployment(id, version)),
    observe: createExchangeObserver(metrics, logger),
    state: () => state.current(),
    isDraining: () => context.isDraining,
    responses,
    overload: createOverloadGuard(context, registry),
    rates: createRateLimits(context),
    budgets: createEdgeBudgets(context, bus),
  };
  const batches = createBatchDesk(context, calls);
  batches.runner.start();
  context.onDrain(
    'finish requests',
    async () => {
      await Promise.all([
        batches.runner.stop(environment.drainTimeoutMs - BOOKS_MS),
        registry.idle(environment.drainTimeoutMs - BOOKS_MS),
      ]);
      await responses.idle();
    },
    DRAIN_ORDER.work,
  );
  context.onDrain('hand over the books', () => outbox.close(BOOKS_MS - 1_000), DRAIN_ORDER.buffers);
  context.onDrain(
    'close NATS and the port for workers',
    async () => {
      registry.stop();
      await Promise.all([direct.close(), bus.close()]);
    },
    DRAIN_ORDER.connections,
  );
  return new EdgeRuntime(
    calls,
    state,
    authenticator,
    ledger,
    openConfigSync(context),
    createFileDesk(context),
    batches.library,
    await CircuitDesk.open(bus),
    await WinnerDesk.open(bus),
  );
}

function openConfigSync(context: EdgeContext): ConfigSyncClient | null {
  const { environment, logger } = context;
  if (environment.configSyncUrl === undefined) return null;
  const options = { deadlineMs: CONFIG_SYNC_DEADLINE_MS, logger };
  const configuration = createGrpcClient(ConfigurationDefinition, environment.configSyncUrl, options);
  const credentials = createGrpcClient(CredentialsDefinition, environment.configSyncUrl, options);
  const models = createGrpcClient(ModelsDefinition, environment.configSyncUrl, {
    deadlineMs: MODEL_CHANGE_DEADLINE_MS,
    logger,
  });
  const prices = createGrpcClient(PricesDefinition, environment.configSyncUrl, options);
  context.onDrain(
    'close the config-sync connection',
    () => {
      configuration.close();
      credentials.close();
      models.close();
      prices.close();
    },
    DRAIN_ORDER.connections,
  );
  return { configuration, credentials, models, prices };
}

async function followState(context: EdgeContext, bus: Bus): Promise<EdgeStateHolder> {
  const state = new EdgeStateHolder();
  const follower = await followConfiguration(context, bus, (snapshot) => state.prepare(snapshot));
  const presence = await bus.keyValue(bus.subjects.workersBucket, { ttlMs: WORKER_PRESENCE_TTL_MS });
  const stopWatching = await presence.watch('>', ({ key, bytes }) => {
    state.setWorker(key, bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as WorkerPresence));
  });
  context.onDrain(
    'stop following',
    async () => {
      stopWatching();
      await follower.stop();
    },
    DRAIN_ORDER.buffers,
  );
  return state;
}

function createResponseLibrary(context: EdgeContext): ResponseLibrary {
  const { environment, logger, metrics } = context;
  const client = createGrpcClient(StoredResponsesDefinition, environment.ledgerUrl, {
    deadlineMs: LEDGER_DEADLINE_MS,
    logger,
  });
  context.onDrain('close the way to stored responses', () => client.close(), DRAIN_ORDER.connections);
  const stored = gatewayStoredResponsesTotal(metrics);
  const counts = { kept: stored.labelled({ outcome: 'kept' }), failed: stored.labelled({ outcome: 'failed' }) };
  return new ResponseLibrary({ client, logger, counts });
}

function createAuthentication(context: EdgeContext, bus: Bus) {
  const { environment, logger, health } = context;
  const options = { deadlineMs: LEDGER_DEADLINE_MS, logger };
  const accounts = createGrpcClient(AccountsDefinition, environment.ledgerUrl, options);
  const keys = createGrpcClient(KeysDefinition, environment.ledgerUrl, options);
  const alerts = createGrpcClient(AlertsDefinition, environment.ledgerUrl, options);
  const audit = createGrpcClient(AuditDefinition, environment.ledgerUrl, options);
  const ledger = createGrpcClient(LedgerDefinition, environment.ledgerUrl, options);
  const reports = createGrpcClient(SpendReportsDefinition, environment.ledgerUrl, options);
  const experiments = createGrpcClient(ExperimentsDefinition, environment.ledgerUrl, options);
  const directory = createGrpcClient(DirectoryDefinition, environment.ledgerUrl, options);
  const members = createGrpcClient(TeamMembersDefinition, environment.ledgerUrl, options);
  const redis = openRedis({ redisUrl: environment.redisUrl, connectionName: context.instanceId });
  // Without Redis only the fallback for an absent ledger is missing.
  health.add({ name: 'redis', hard: false, check: () => pingRedis(redis) });
  const cache = new KeyCache(environment.keyCacheTtlMs);
  const customers = new CustomerDirectory({
    logger,
    askLedger: (request) => directory.findCustomer(request, { deadlineMs: KEY_LOOKUP_DEADLINE_MS }),
  });
  bus.subscribe(bus.subjects.keysChanged, (bytes) => {
    const change = JSON.parse(Buffer.from(bytes).toString('utf8')) as KeysChanged;
    cache.forgetChanged(change);
    customers.forgetChanged(change);
  });
  bus.onReconnect(() => {
    cache.forgetAll();
    customers.forgetAll();
  });
  const keyDirectory = new KeyDirectory({
    namespace: environment.namespace,
    logger,
    readMirror: (name) => redis.get(name),
    askLedger: async (asked) => {
      try {
        return await accounts.getKey(asked, { deadlineMs: KEY_LOOKUP_DEADLINE_MS });
      } catch (error) {
        if (isGrpcFault(error) && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    },
  });
  context.onDrain(
    'close the ledger connection',
    () => {
      for (const client of [accounts, keys, alerts, audit, experiments, ledger, reports, directory, members])
        client.close();
      redis.disconnect();
    },
    DRAIN_ORDER.connections,
  );
  const authenticator = new KeyAuthenticator(environment.masterKey, cache, keyDirectory);
  return {
    authenticator,
    customers,
    ledger: { accounts, keys, alerts, audit, experiments, directory, members, ledger, reports },
  };
}
