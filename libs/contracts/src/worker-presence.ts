/**
 * An entry lives this long without a refresh. Whoever opens the bucket says so: the first of them creates it, and that may
 * be a router or an edge.
 */
export const WORKER_PRESENCE_TTL_MS = 15_000;

/** What a worker says of itself in the workers bucket, refreshed while it lives and removed when it drains. */
export interface WorkerPresence {
  readonly worker: string;
  /** Pools it listens on; `*` is all. */
  readonly pools: readonly string[];
  readonly configVersion: string;
  /** Deployments it cannot serve, with the reason for a person, e.g. `OPENAI_API_KEY is not set`. */
  readonly unavailable: Readonly<Record<string, string>>;
  /** Models that the providers of wildcard deployments say they have, by deployment; absent where nobody was asked. */
  readonly liveModels?: Readonly<Record<string, readonly string[]>>;
}
