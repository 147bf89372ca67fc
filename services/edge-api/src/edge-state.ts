import { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import type { WorkerPresence } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';
import type { EdgeState } from './calls/call-ingress';

export const EDGE_STATE = Symbol('EDGE_STATE');

/** The edge's view of the configuration, with its indexes, replaced as a whole; and which deployments are served. */
export class EdgeStateHolder {
  private state: EdgeState | null = null;
  private byId: ReadonlyMap<string, Deployment> = new Map();
  private readonly unavailable = new Map<string, ReadonlySet<string>>();
  private readonly presences = new Map<string, WorkerPresence>();

  apply(snapshot: GatewaySnapshot): void {
    const catalog = new ModelCatalog(snapshot);
    this.byId = new Map(snapshot.deployments.map((deployment) => [deployment.id, deployment]));
    this.state = { snapshot, catalog };
  }

  current(): EdgeState | null {
    return this.state;
  }

  findDeployment(id: string): Deployment | undefined {
    return this.byId.get(id);
  }

  /** What a worker says it cannot serve; null when the worker is gone. */
  setWorker(worker: string, presence: WorkerPresence | null): void {
    if (presence) {
      this.unavailable.set(worker, new Set(Object.keys(presence.unavailable)));
      this.presences.set(worker, presence);
    } else {
      this.unavailable.delete(worker);
      this.presences.delete(worker);
    }
  }

  workers(): readonly WorkerPresence[] {
    return [...this.presences.values()];
  }

  /** False when every worker we know of says that it has no way to serve any deployment of this model. */
  isServable(model: string): boolean {
    if (this.unavailable.size === 0) return true;
    const group = this.state?.catalog.resolveGroup(model);
    if (!group) return false;
    return group.deployments.some((deployment) =>
      [...this.unavailable.values()].some((missing) => !missing.has(deployment.id)),
    );
  }
}
