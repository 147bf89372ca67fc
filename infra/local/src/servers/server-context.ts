import type { PortMemory } from '../process/port-memory';
import type { ProcessGuard } from '../process/process-guard';

/** What every backing server needs to know to be started. */
export interface ServerContext {
  /** Absolute; data, logs and pid records live below it. */
  readonly dataDir: string;
  /** Absolute; downloaded programs, shared by all data directories of a checkout. */
  readonly runtimeDir: string;
  readonly runDir: string;
  /** For tests: durability against power cuts is given up for speed. */
  readonly ephemeral: boolean;
  readonly ports: PortMemory;
  readonly guard: ProcessGuard;
  readonly onProgress: (message: string) => void;
}
