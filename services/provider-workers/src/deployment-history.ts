import type { ServedDeployment, ServedDeployments } from './served-deployments';

interface Replaced {
  readonly served: ServedDeployment;
  readonly untilMs: number;
}

/**
 * Remembers for a while what a new configuration no longer has: requests under way were routed by the version before it,
 * and finish by it. Nothing new is routed there.
 */
export class DeploymentHistory {
  private last: ServedDeployments['byId'] = new Map();
  private readonly replaced = new Map<string, Replaced>();

  /** The present deployments and, for `keepMs` more, those before them. `nowMs` is monotonic. */
  take(present: ServedDeployments, time: { readonly nowMs: number; readonly keepMs: number }): ServedDeployments {
    for (const [id, served] of this.last) {
      if (!present.byId.has(id)) this.replaced.set(id, { served, untilMs: time.nowMs + time.keepMs });
    }
    this.last = present.byId;
    for (const [id, { untilMs }] of this.replaced) {
      // What is there but cannot be served, for want of a key, was not replaced.
      if (untilMs <= time.nowMs || present.byId.has(id) || id in present.unavailable) this.replaced.delete(id);
    }
    const byId = new Map(present.byId);
    for (const [id, { served }] of this.replaced) byId.set(id, served);
    return { ...present, byId };
  }
}
