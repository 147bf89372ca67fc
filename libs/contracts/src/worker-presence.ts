/** What a worker says of itself in the workers bucket, refreshed while it lives and removed when it drains. */
export interface WorkerPresence {
  readonly worker: string;
  /** Pools it listens on; `*` is all. */
  readonly pools: readonly string[];
  readonly configVersion: string;
  /** Deployments it cannot serve, with the reason for a person, e.g. `OPENAI_API_KEY is not set`. */
  readonly unavailable: Readonly<Record<string, string>>;
}
