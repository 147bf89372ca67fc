import { type EmulatorUrls, emulatorVariables, startEmulators } from './create-emulators';
import { createInstance } from './create-instance';
import { createMeshContext, type MeshContext } from './mesh-context';
import type { MeshOptions } from './mesh-options';
import { runMigrations } from './run-migrations';
import { SERVICES, type ServiceName } from './service-table';
import type { ServiceInstance, SupervisedService } from './supervised-service';

export interface MeshEmulators {
  readonly urls: EmulatorUrls;
  readonly process: ServiceInstance;
}

/** A running gateway. */
export interface Mesh {
  /** Of the first edge: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly masterKey: string;
  readonly namespace: string;
  readonly emulators: MeshEmulators | undefined;
  /** Every service instance, without the emulators. */
  readonly instances: readonly ServiceInstance[];
  readonly edges: readonly ServiceInstance[];
  readonly routers: readonly ServiceInstance[];
  readonly workers: readonly ServiceInstance[];
  readonly ledgers: readonly ServiceInstance[];
  readonly configSync: ServiceInstance;
  /** Starts one more of a service, and waits until it is ready. */
  add(service: ServiceName): Promise<ServiceInstance>;
  /** Drains and ends all, edge first. The backing servers stay. */
  stop(): Promise<void>;
}

const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

/** Runs the migrations, then every service, and resolves when all are ready. On failure nothing is left running. */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const context = createMeshContext(options);
  const running: SupervisedService[] = [];
  let emulators: Mesh['emulators'];
  const stopAll = async (): Promise<void> => {
    await stopInOrder(running);
    await emulators?.process.stop();
    if (context.ownsGuard) context.guard.release();
  };
  try {
    emulators = options.emulators === false ? undefined : await withEmulators(context);
    await runMigrations(context);
    for (const stage of startStages()) {
      context.onProgress(`starting ${stage.join(', ')}`);
      const started = await createStage(context, stage);
      running.push(...started);
      await Promise.all(started.map((instance) => instance.start()));
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return asMesh({ context, running, emulators, stopAll });
}

interface RunningMesh {
  readonly context: MeshContext;
  readonly running: SupervisedService[];
  readonly emulators: Mesh['emulators'];
  readonly stopAll: () => Promise<void>;
}

function asMesh({ context, running, emulators, stopAll }: RunningMesh): Mesh {
  const of = (service: ServiceName): ServiceInstance[] => running.filter((instance) => instance.service === service);
  const firstOf = (service: ServiceName): ServiceInstance => {
    const [first] = of(service);
    if (first === undefined) throw new Error(`this mesh has no ${service}`);
    return first;
  };
  return {
    url: firstOf('edge-api').httpUrl,
    masterKey: context.options.masterKey,
    namespace: context.options.namespace ?? 'gw',
    emulators,
    instances: running,
    get edges() {
      return of('edge-api');
    },
    get routers() {
      return of('router');
    },
    get workers() {
      return of('provider-workers');
    },
    get ledgers() {
      return of('cost-ledger');
    },
    get configSync() {
      return firstOf('config-sync');
    },
    add: async (service) => {
      const instance = await createInstance(context, service, of(service).length + 1);
      running.push(instance);
      await instance.start();
      return instance;
    },
    stop: stopAll,
  };
}

async function withEmulators(context: MeshContext): Promise<MeshEmulators> {
  const { service, urls } = await startEmulators(context);
  context.learn(emulatorVariables(urls));
  return { urls, process: service };
}

function startStages(): ServiceName[][] {
  const stages = [...new Set(SERVICE_NAMES.map((name) => SERVICES[name].startStage))].sort((one, other) => one - other);
  return stages.map((stage) => SERVICE_NAMES.filter((name) => SERVICES[name].startStage === stage));
}

async function createStage(context: MeshContext, services: readonly ServiceName[]): Promise<SupervisedService[]> {
  const created: SupervisedService[] = [];
  for (const service of services) {
    const count = context.options.instances?.[service] ?? 1;
    for (let number = 1; number <= count; number += 1) created.push(await createInstance(context, service, number));
  }
  return created;
}

async function stopInOrder(running: readonly SupervisedService[]): Promise<void> {
  const ordered = [...SERVICE_NAMES].sort((one, other) => SERVICES[one].stopStage - SERVICES[other].stopStage);
  for (const service of ordered) {
    await Promise.all(running.filter((instance) => instance.service === service).map((instance) => instance.stop()));
  }
}
