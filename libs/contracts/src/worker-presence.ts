/**
 * An entry lives this long without a refresh. Whoever opens the bucket says so: the first of them creates it, and that may
 * be a router or an edge.
 */
export const WORKER_PRESENCE_TTL_MS = 15_000;

/** How the secrets of one source are: counts and words. */
export interface SecretSourceState {
  /** Which manager; `os.file` is files. */
  readonly source: string;
  /** Read, and not longer ago than they may be. */
  readonly current: number;
  /** Cannot be read any more: the last value is used. */
  readonly stale: number;
  /** Never read. */
  readonly missing: number;
  /** Of a read that failed and has not succeeded since. */
  readonly lastError: string | null;
  readonly lastReadUnixMs: number | null;
}

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
  /** How the secrets are that it looks up in managers and files; no values. */
  readonly secrets?: readonly SecretSourceState[];
}
