import { Bus } from '@gateway/bus';
import { ModelCatalog } from '@gateway/catalog';
import { WORKER_PRESENCE_TTL_MS, type WorkerPresence } from '@gateway/contracts';
import type { RoutingSettings } from '@gateway/domain';
import { DRAIN_ORDER, followConfiguration, type ServiceContext, VersionShelf } from '@gateway/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import type { RoutingState } from './decide-route';
import { RouteExplainer } from './explain-route';
import { followHealth } from './follow-health';
import { followWinners } from './follow-winners';
import { createRouterObserver } from './observe-routing';
import { RouteHandler } from './route-handler';
import { WorkerView } from './worker-view';

/** NATS queue group of all routers. */
const QUEUE = 'router';
/** A request that was admitted by a version before the present one is routed by that one for so long. */
const ADMITTED_BEFORE_MS = 600_000;
/** Deployments of such versions, in all of them together. */
const MOST_REPLACED = 100_000;

@Module({})
class RouterModule {}

/** Connects the router: configuration and worker news in, envelopes in, envelopes with a slip out. */
export async function createRouterModule(context: ServiceContext<'router'>): Promise<DynamicModule> {
  const { environment, logger, metrics, tracing } = context;
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  context.health.add({ name: 'nats', hard: true, check: () => bus.isConnected });

  const workers = new WorkerView();
  const health = await followHealth(context, bus, QUEUE);
  const versions = new VersionShelf<RoutingState>({
    keepMs: () => ADMITTED_BEFORE_MS,
    sizeOf: ({ snapshot }) => snapshot.deployments.length,
    mostKept: MOST_REPLACED,
    nowMs: () => performance.now(),
  });
  const change = (changed: (state: RoutingState) => Partial<RoutingState>): void => {
    const { current } = versions;
    if (current) versions.use(current.snapshot.version, { ...current, ...changed(current) });
  };
  const winners = await followWinners(context, bus, (experiments) =>
    change(({ settings }) => ({ settings: { ...settings, experiments } })),
  );

  const follower = await followConfiguration(context, bus, async (snapshot) => {
    const stateWith = (experiments: RoutingSettings['experiments']): RoutingState => ({
      snapshot,
      catalog,
      unavailable: workers.unavailable(snapshot.deployments),
      settings: { ...snapshot.routing, experiments },
    });
    const catalog = new ModelCatalog(snapshot);
    await health.foresee(snapshot);
    // An edge may have it in use a moment before this router.
    versions.prepare(snapshot.version, stateWith(winners.among(snapshot.routing.experiments)));
    return () => {
      health.configure(snapshot);
      versions.use(snapshot.version, stateWith(winners.configure(snapshot.routing.experiments)));
    };
  });
  const presence = await bus.keyValue(bus.subjects.workersBucket, { ttlMs: WORKER_PRESENCE_TTL_MS });
  const stopWatching = await presence.watch('>', ({ key, bytes }) => {
    workers.set(key, bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as WorkerPresence));
    if (bytes === null) health.board.forgetWorker(key);
    change(({ snapshot }) => ({ unavailable: workers.unavailable(snapshot.deployments) }));
  });

  const stateOf = (version?: string): RoutingState | null =>
    (version !== undefined && versions.of(version)) || versions.current;
  const handler = new RouteHandler({
    bus,
    state: stateOf,
    live: health.board,
    workerOf: (pool, turn) => workers.oneOf(pool, turn),
    observe: createRouterObserver({ metrics, logger, tracing }),
  });
  const explainer = new RouteExplainer({ state: stateOf, live: health.board });
  const stopExplaining = bus.answer(bus.subjects.explain, QUEUE, (bytes) => explainer.answer(bytes));
  const stopServing = bus.serve(bus.subjects.route, QUEUE, (bytes) => handler.handle(bytes));
  await bus.flush();

  context.onDrain('stop routing', () => stopServing(), DRAIN_ORDER.intake);
  context.onDrain(
    'close NATS',
    async () => {
      await follower.stop();
      stopWatching();
      winners.stop();
      await stopExplaining();
      await health.stop();
      await bus.close();
    },
    DRAIN_ORDER.connections,
  );
  return { module: RouterModule, providers: [{ provide: RouteExplainer, useValue: explainer }] };
}
