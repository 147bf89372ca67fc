import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ManagedProcess, type ProcessSpec } from '../process/managed-process';
import type { ProcessGuard } from '../process/process-guard';
import { waitUntil } from '../process/wait-until';
import { type BackingServer, type BackingServerKind, SetupProblem } from './backing-server';
import { probeServer } from './probe-server';

const READY_TIMEOUT_MS = 30_000;
const PROBE_PAUSE_MS = 25;
const START_ATTEMPTS = 5;
const RETRY_PAUSE_MS = 300;

export interface LocalServerSpec {
  readonly kind: BackingServerKind;
  readonly url: string;
  /** What to ask for readiness, when that is not `url`. */
  readonly probeUrl?: string | undefined;
  readonly origin: string;
  readonly process: ProcessSpec;
  /** Instead of a signal, for what does not listen to signals (a container). */
  readonly signalWith?: ((signal: NodeJS.Signals) => void) | undefined;
}

/** A server this launcher runs itself. Not started yet: call `start`. */
export class LocalServer implements BackingServer {
  private current: ManagedProcess | undefined;

  constructor(
    private readonly spec: LocalServerSpec,
    private readonly guard: ProcessGuard,
  ) {}

  get kind(): BackingServerKind {
    return this.spec.kind;
  }

  get url(): string {
    return this.spec.url;
  }

  get origin(): string {
    return this.spec.origin;
  }

  get pid(): number | undefined {
    return this.current?.pid;
  }

  async start(): Promise<void> {
    if (this.current?.running) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.startOnce();
      } catch (error) {
        // After a kill the old process may hold its lock, port or shared memory for a moment longer.
        if (attempt >= START_ATTEMPTS) throw error;
        await delay(RETRY_PAUSE_MS);
      }
    }
  }

  async stop(): Promise<void> {
    await this.current?.stop();
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.current?.exited;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.spec.signalWith) this.spec.signalWith(signal);
    else if (this.current) this.current.signalTree(signal);
    else throw new Error(`${this.kind} was never started`);
  }

  private async startOnce(): Promise<void> {
    const started = new ManagedProcess(this.spec.process, this.guard);
    this.current = started;
    try {
      await waitUntil(() => probeServer(this.kind, this.spec.probeUrl ?? this.url), {
        timeoutMs: READY_TIMEOUT_MS,
        pauseMs: PROBE_PAUSE_MS,
        giveUp: () => {
          if (!started.running) throw new Error('it ended at once');
        },
      });
      // Something else may have answered on that port while ours was failing to take it.
      if (!started.running) throw new Error('it ended at once');
    } catch (error) {
      await started.stop();
      throw new SetupProblem(`${this.kind} (${this.origin}) did not start: ${reasonOf(error)}${this.lastLogLines()}`);
    }
  }

  private lastLogLines(): string {
    if (this.spec.process.output.kind !== 'file') return '';
    const { path } = this.spec.process.output;
    try {
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8);
      return `\n  last lines of ${path}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
    } catch {
      return '';
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
