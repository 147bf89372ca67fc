import { ManagedProcess, type ProcessExit, type ProcessSpec } from '../process/managed-process';
import type { ProcessGuard } from '../process/process-guard';
import { waitUntil } from '../process/wait-until';
import { SetupProblem } from '../servers/backing-server';
import type { Readiness } from './readiness';

/** One running service, as fault tests and the supervisor handle it. */
export interface ServiceInstance {
  /** `router-1`; also its LLM_GATEWAY_INSTANCE_ID. */
  readonly name: string;
  readonly service: string;
  /** `undefined` while it does not run. */
  readonly pid: number | undefined;
  /** How its last process ended; `undefined` while the first one runs. */
  readonly lastExit: ProcessExit | undefined;
  /** Base URL of its HTTP port (health, metrics; for the edge also the API). */
  readonly httpUrl: string;
  /** Its last output lines, oldest first. */
  readonly recentLog: readonly string[];
  /** Starts it, and waits until it is ready. */
  start(): Promise<void>;
  /** Drains and ends it; it stays down. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** A crash (or freeze) as seen from outside; after a crash the supervisor starts it again, if it supervises. */
  kill(signal?: NodeJS.Signals): void;
  /** Waits until it runs and says it is ready. */
  ready(): Promise<void>;
}

export interface SupervisedServiceOptions {
  readonly service: string;
  readonly httpUrl: string;
  readonly process: Omit<ProcessSpec, 'output'>;
  readonly readiness: Readiness;
  readonly restartDead: boolean;
  readonly guard: ProcessGuard;
  readonly onLine: (name: string, line: string) => void;
  readonly onEvent: (event: SupervisorEvent) => void;
}

export interface SupervisorEvent {
  readonly kind: 'died' | 'gave-up';
  readonly name: string;
  readonly message: string;
}

const READY_TIMEOUT_MS = 120_000;
const READY_PAUSE_MS = 40;
const LOG_LINES_KEPT = 200;
/** A life shorter than this counts as a failed start. */
const SHORT_LIFE_MS = 10_000;
const MOST_SHORT_LIVES = 6;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/** Keeps one service alive: restarts it after a crash with growing pauses, and gives up loudly when it keeps dying. */
export class SupervisedService implements ServiceInstance {
  readonly recentLog: string[] = [];
  lastExit: ProcessExit | undefined;
  private current: ManagedProcess | undefined;
  private wanted = false;
  private wasReady = false;
  private shortLives = 0;
  private restartTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SupervisedServiceOptions) {}

  get name(): string {
    return this.options.process.name;
  }

  get service(): string {
    return this.options.service;
  }

  get httpUrl(): string {
    return this.options.httpUrl;
  }

  get pid(): number | undefined {
    return this.current?.pid;
  }

  async start(): Promise<void> {
    if (!this.current?.running) {
      this.wanted = true;
      this.wasReady = false;
      this.shortLives = 0;
      this.launch();
    }
    try {
      await this.ready();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async ready(): Promise<void> {
    try {
      await waitUntil(() => this.askReadiness(), {
        timeoutMs: READY_TIMEOUT_MS,
        pauseMs: READY_PAUSE_MS,
        giveUp: () => {
          // Before its first readiness a death is a mistake in set-up, which another attempt would only repeat.
          if (!this.current?.running && !this.wasReady) throw new Error('it ended before it was ready');
        },
      });
      this.wasReady = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SetupProblem(`${this.name} is not ready: ${reason}${this.lastLines()}`);
    }
  }

  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.restartTimer);
    await this.current?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.pid === undefined) throw new Error(`${this.name} is not running`);
    this.current?.signalTree(signal);
  }

  private launch(): void {
    const startedAtMs = performance.now();
    const started = new ManagedProcess(
      { ...this.options.process, output: { kind: 'lines', onLine: (line) => this.receive(line) } },
      this.options.guard,
    );
    this.current = started;
    this.options.readiness.reset();
    void started.exited.then((exit) => this.afterExit(exit, performance.now() - startedAtMs));
  }

  private receive(line: string): void {
    this.recentLog.push(line);
    if (this.recentLog.length > LOG_LINES_KEPT) this.recentLog.shift();
    this.options.readiness.seeLine(line);
    this.options.onLine(this.name, line);
  }

  private async askReadiness(): Promise<void> {
    if (!this.current?.running) throw new Error('it does not run');
    await this.options.readiness.ask();
  }

  private afterExit(exit: ProcessExit, livedMs: number): void {
    this.lastExit = exit;
    if (!this.wanted || !this.wasReady || !this.options.restartDead) return;
    this.shortLives = livedMs < SHORT_LIFE_MS ? this.shortLives + 1 : 1;
    if (this.shortLives > MOST_SHORT_LIVES) {
      this.wanted = false;
      const message = `${this.name} died ${this.shortLives} times in a row; not starting it again${this.lastLines()}`;
      this.options.onEvent({ kind: 'gave-up', name: this.name, message });
      return;
    }
    const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (this.shortLives - 1), LONGEST_BACKOFF_MS);
    const message = `${this.name} ended unexpectedly (${describeExit(exit)}); starting it again in ${pauseMs} ms`;
    this.options.onEvent({ kind: 'died', name: this.name, message });
    this.restartTimer = setTimeout(() => this.launch(), pauseMs);
  }

  private lastLines(): string {
    const lines = this.recentLog.slice(-12);
    return lines.length === 0 ? '' : `\n  its last lines:\n${lines.map((line) => `    ${line}`).join('\n')}`;
  }
}

function describeExit(exit: ProcessExit): string {
  if (exit.error) return exit.error.message;
  return exit.signal ?? `exit code ${exit.code}`;
}
