import { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import type { WorkerPresence } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';
import { VersionShelf } from '@gateway/service-kit';
import type { EdgeState } from './calls/arrived-call';

/** Deployments of versions before the present one, in all of them together. */
const MOST_REPLACED = 100_000;

export const EDGE_STATE = Symbol('EDGE_STATE');

/** The edge's view of the configuration, with its indexes, replaced as a whole; and which deployments are served. */
export class EdgeStateHolder {
  private readonly versions = new VersionShelf<EdgeState>({
    keepMs: ({ snapshot }) => snapshot.routing.requestTimeoutMs,
    sizeOf: ({ byId }) => byId.size,
    mostKept: MOST_REPLACED,
    nowMs: () => performance.now(),
  });
  private readonly presences = new Map<string, WorkerPresence>();

  /** Builds what the edge needs of this configuration; what it returns takes that into use. */
  prepare(snapshot: GatewaySnapshot): () => void {
    const state: EdgeState = {
      snapshot,
      catalog: new ModelCatalog(snapshot),
      byId: new Map(snapshot.deployments.map((deployment) => [deployment.id, deployment])),
    };
    return () => this.versions.use(snapshot.version, state);
  }

  current(): EdgeState | null {
    return this.versions.current;
  }

  /** Of a version that requests under way may have begun with; else of the present one. */
  findDeployment(id: string, version?: string): Deployment | undefined {
    const state = (version !== undefined && this.versions.of(version)) || this.current();
    return state?.byId.get(id);
  }

  /** What a worker says it can and cannot serve; null when the worker is gone. */
  setWorker(worker: string, presence: WorkerPresence | null): void {
    if (presence) this.presences.set(worker, presence);
    else this.presences.delete(worker);
  }

  workers(): readonly WorkerPresence[] {
    return [...this.presences.values()];
  }

  /** What wildcard groups stand for at the moment, by the names clients may use, as far as their providers say it. */
  liveNames(): readonly string[] {
    const told = this.workers().flatMap(({ liveModels }) => Object.entries(liveModels ?? {}));
    return told.flatMap(([id, models]) => {
      const deployment = this.findDeployment(id);
      return deployment ? models.flatMap((model) => clientNameOf(deployment, model) ?? []) : [];
    });
  }

  /** False when every worker we know of says that it has no way to serve any deployment of this model. */
  isServable(model: string): boolean {
    if (this.presences.size === 0) return true;
    const group = this.current()?.catalog.resolveGroup(model);
    if (!group) return false;
    return group.deployments.some((deployment) =>
      this.workers().some(({ unavailable }) => !Object.hasOwn(unavailable, deployment.id)),
    );
  }
}

/** What a client says for a model of the provider; null where this deployment does not take it. */
function clientNameOf({ modelGroup, providerModel }: Deployment, model: string): string | null {
  const [before = '', after] = providerModel.split('*', 2);
  if (after === undefined || !modelGroup.includes('*')) return null;
  if (!model.startsWith(before) || !model.endsWith(after) || model.length <= before.length + after.length) return null;
  const suffix = model.slice(before.length, model.length - after.length);
  return modelGroup.replace('*', () => suffix);
}
