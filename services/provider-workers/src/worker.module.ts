import { join } from 'node:path';
import { BodyFetcher, Bus } from '@gateway/bus';
import { type GatewaySnapshot, processEnvironment } from '@gateway/config';
import {
  AwsTokenSources,
  createProviderHttp,
  GoogleTokenSources,
  readRemoteContent,
  strangersReach,
  TokenSources,
} from '@gateway/provider-kit';
import { OutcomeReporter } from '@gateway/routing';
import { createSecretStore, type KeptSecrets } from '@gateway/secrets';
import { DRAIN_ORDER, followConfiguration, openBudgets, type ServiceContext } from '@gateway/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { createAdmission } from './admission/create-admission';
import { PresenceAnnouncer } from './announce-presence';
import { WorkerBudgets } from './budgets/worker-budgets';
import { LiveModels } from './live-models';
import { createWorkerObserver } from './observe-worker';
import { serveInSlices } from './serve-in-slices';
import { type SecretSource, type ServedDeployments, serveDeployments } from './served-deployments';
import { ServedVersions } from './served-versions';
import { WorkerIntake } from './worker-intake';
import type { WorkerPorts } from './worker-ports';

const DRAIN_DETACHED_MS = 30_000;
/** Of the drain time, kept for handing over the books. */
const BOOKS_MS = 5_000;

/** The limits of the providers that take bytes are near: 3.75 MB an image, 4.5 MB a document at Bedrock. */
const REMOTE_CONTENT = { maxBytes: 10 * 1024 * 1024, timeoutMs: 10_000 };

/** Servers that clients name, each with few connections, which are not kept for long: whatever clients do, this is all. */
const CLIENTS_ORIGINS = {
  mostOrigins: 64,
  connectionsPerOrigin: 16,
  waitingPerOrigin: 16,
  keepAliveMs: 4_000,
};

@Module({})
class WorkerModule {}

/** Connects a worker: configuration and envelopes in, provider calls out, frames and usage back. */
export async function createWorkerModule(context: ServiceContext<'provider-workers'>): Promise<DynamicModule> {
  const { environment, logger, health } = context;
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  health.add({ name: 'nats', hard: true, check: () => bus.isConnected });
  const outbox = await bus.openUsageOutbox(join(environment.dataDir, 'spool', 'provider-workers'));
  outbox.recover();
  const http = createProviderHttp({
    connectionsPerOrigin: environment.providerConnections,
    waitingPerOrigin: environment.providerQueue,
    logger,
  });
  const clientReach = strangersReach({ trustedHosts: environment.clientBaseHosts ?? [] });
  const clientHttp = createProviderHttp({ ...CLIENTS_ORIGINS, reach: clientReach, logger });

  const { admission, probes, redis, connected, close: closeAdmission } = createAdmission(context);
  const budgets = new WorkerBudgets(openBudgets(context, { bus, redis }));
  const bodies = new BodyFetcher({ worker: context.instanceId, logger });
  const lines = bus.createLineDialer();
  const tokens = new TokenSources({ http, nowMs: () => performance.now() });
  const lookUp = {
    nowMs: () => performance.now(),
    unixMs: () => Date.now(),
    after: (delayMs: number, run: () => void) => void setTimeout(run, delayMs).unref(),
    onAvailability: () => serveAgain(),
  };
  const awsTokens = new AwsTokenSources(lookUp);
  const googleTokens = new GoogleTokenSources(lookUp);

  const versions = new ServedVersions();
  const kept = createSecretStore({ ...context, onChange: () => serveAgain() });
  const pools = environment.workerPools === '*' ? ['*'] : environment.workerPools;
  const liveModels = new LiveModels({ http, logger, onChange: () => void presence.announce() });
  const presence = new PresenceAnnouncer(
    bus,
    () => ({
      worker: context.instanceId,
      pools,
      configVersion: versions.present.version,
      unavailable: versions.present.unavailable,
      liveModels: liveModels.current(),
      secrets: kept.describe(),
    }),
    logger,
  );
  const secretsOf = (of: GatewaySnapshot): SecretSource & { readonly kept: KeptSecrets } => ({
    environment: processEnvironment(),
    kept: kept.under(of.secrets),
    encryptionKey: environment.encryptionKey ?? null,
    olderEncryptionKeys: environment.olderEncryptionKeys ?? [],
    tokens,
    awsTokens,
    googleTokens,
  });
  let snapshot: GatewaySnapshot | null = null;
  let availability = 0;
  const serve = (present: ServedDeployments, keepMs: number): void => {
    const before = versions.present.version === present.version ? versions.present.unavailable : {};
    versions.use(present, keepMs);
    for (const [deployment, reason] of Object.entries(present.unavailable)) {
      if (before[deployment] !== reason) logger.info({ deployment, reason }, 'deployment skipped');
    }
    void presence.announce();
    liveModels.follow(present.byId);
  };
  const serveAgain = (): void => {
    availability += 1;
    if (snapshot) serve(serveDeployments(snapshot, secretsOf(snapshot)), snapshot.routing.requestTimeoutMs);
  };
  const follower = await followConfiguration(context, bus, async (next) => {
    let asOf = availability;
    const secrets = secretsOf(next);
    let prepared = await serveInSlices(next, secrets);
    if (kept.isReading) {
      // What is new is read before it is needed; what does not come in time is served when it does.
      await kept.settled(environment.secretStartWaitMs);
      asOf = availability;
      prepared = await serveInSlices(next, secrets);
    }
    // Routers may have it in use a moment before this worker.
    versions.prepare(prepared);
    return () => {
      snapshot = next;
      admission.follow(next.routing);
      awsTokens.forgetUnused();
      googleTokens.forgetUnused();
      const present = asOf === availability ? prepared : serveDeployments(next, secrets);
      kept.keepOnly(secrets.kept);
      serve(present, next.routing.requestTimeoutMs);
    };
  });

  const outcomes = new OutcomeReporter({
    worker: context.instanceId,
    publish: (bytes) => bus.publish(bus.subjects.outcome(context.instanceId), bytes),
    isConnected: () => bus.isConnected,
    nowMs: () => performance.now(),
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs).unref();
      return () => clearTimeout(timer);
    },
  });
  const ports: WorkerPorts = {
    workerId: context.instanceId,
    bus,
    bodies,
    lines,
    http,
    clientHttp,
    clientReach,
    admission,
    budgets,
    probes,
    readRemote: (url) => readRemoteContent(url, { ...REMOTE_CONTENT, reach: environment.remoteContent }),
    outbox,
    outcomes,
    deployments: (version) => versions.of(version),
    servesPool: (pool) => pools.includes('*') || pools.includes(pool),
    limits: {
      heartbeatMs: environment.heartbeatMs,
      slowConsumerMs: environment.slowConsumerMs,
      drainDetachedMs: DRAIN_DETACHED_MS,
    },
    observe: createWorkerObserver(context),
  };
  await connected();
  const intake = new WorkerIntake(ports, { pools, logger });
  await intake.start();
  await presence.start();

  context.onDrain(
    'withdraw and finish',
    async () => {
      liveModels.stop();
      await presence.stop();
      await intake.drain(Math.max(1_000, environment.drainTimeoutMs - BOOKS_MS));
      outcomes.flush();
    },
    DRAIN_ORDER.intake,
  );
  context.onDrain('hand over the books', () => outbox.close(BOOKS_MS - 1_000), DRAIN_ORDER.buffers);
  context.onDrain(
    'close connections',
    async () => {
      await follower.stop();
      kept.close();
      budgets.close();
      closeAdmission();
      bodies.close();
      lines.close();
      await Promise.all([http.close(), clientHttp.close(), bus.close()]);
    },
    DRAIN_ORDER.connections,
  );
  return { module: WorkerModule };
}
