import type { WorkerPresence } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';

/** Workers refresh their entry every 5 s; one that is later than this is likely to be frozen, or dead. */
const HEARD_OF_MS = 7_500;

/** What routers know of the workers that are alive: who serves what, and why not. */
export class WorkerView {
  private readonly workers = new Map<string, WorkerPresence>();
  private readonly heardMs = new Map<string, number>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** A worker said something, or is gone (null). */
  set(worker: string, presence: WorkerPresence | null): void {
    if (presence) this.workers.set(worker, presence);
    else this.workers.delete(worker);
    if (presence) this.heardMs.set(worker, this.nowMs());
    else this.heardMs.delete(worker);
  }

  /**
   * A worker of this pool by name, another one for each turn. A frozen worker still takes part in the queue group, but
   * is not heard of any more, and until that shows, successive turns leave it behind.
   */
  oneOf(pool: string, turn: number): string | undefined {
    const serving = [...this.workers.values()].filter((worker) => servesPool(worker, pool));
    const heard = serving.filter(({ worker }) => this.nowMs() - (this.heardMs.get(worker) ?? 0) < HEARD_OF_MS);
    const names = (heard.length > 0 ? heard : serving).map(({ worker }) => worker).sort();
    return names[turn % Math.max(1, names.length)];
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
      if (!servesPool(worker, deployment.pool)) continue;
      const said = worker.unavailable[deployment.id];
      if (said === undefined) return null;
      reason = said;
    }
    return reason;
  }
}

function servesPool({ pools }: WorkerPresence, pool: string): boolean {
  return pools.includes('*') || pools.includes(pool);
}
