import type { WorkerPresence } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';

/** What routers know of the workers that are alive: who serves what, and why not. */
export class WorkerView {
  private readonly workers = new Map<string, WorkerPresence>();

  /** A worker said something, or is gone (null). */
  set(worker: string, presence: WorkerPresence | null): void {
    if (presence) this.workers.set(worker, presence);
    else this.workers.delete(worker);
  }

  get size(): number {
    return this.workers.size;
  }

  /**
   * Deployments that no known worker can serve, with the reason. With no worker known at all the map is empty: the
   * hand-over itself then finds out, within a round trip, whether that is true.
   */
  unavailable(deployments: readonly Deployment[]): Map<string, string> {
    const result = new Map<string, string>();
    if (this.workers.size === 0) return result;
    for (const deployment of deployments) {
      const reason = this.whyNot(deployment);
      if (reason !== null) result.set(deployment.id, reason);
    }
    return result;
  }

  private whyNot(deployment: Deployment): string | null {
    let reason: string | null = null;
    for (const worker of this.workers.values()) {
      if (!worker.pools.includes('*') && !worker.pools.includes(deployment.pool)) continue;
      const said = worker.unavailable[deployment.id];
      if (said === undefined) return null;
      reason = said;
    }
    return reason;
  }
}
