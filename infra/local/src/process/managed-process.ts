import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { childPids } from './child-pids';
import type { ProcessGuard } from './process-guard';
import { removeRunRecord, writeRunRecord } from './run-record';

/** Where a process writes: a file of its own, or line by line to the launcher. */
export type ProcessOutput =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'lines'; readonly onLine: (line: string) => void };

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly output: ProcessOutput;
  readonly stopSignal: NodeJS.Signals;
  /** After this long a stop becomes a kill. */
  readonly stopTimeoutMs: number;
  readonly runDir: string;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The process could not be started at all. */
  readonly error?: Error;
}

/**
 * One child process in a session of its own, so that Ctrl-C reaches only the launcher, which then stops its children in
 * order. It is written down in `runDir` and known to the guard for as long as it lives.
 */
export class ManagedProcess {
  readonly exited: Promise<ProcessExit>;
  private readonly child: ChildProcess;
  private ended = false;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly guard: ProcessGuard,
  ) {
    this.child = launch(spec);
    const pid = this.child.pid;
    if (pid !== undefined) {
      guard.add(pid, spec.stopSignal);
      writeRunRecord(spec.runDir, { name: spec.name, pid, stopSignal: spec.stopSignal });
    }
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(this.close({ code: null, signal: null, error })));
      this.child.once('exit', (code, signal) => resolve(this.close({ code, signal })));
    });
  }

  get pid(): number | undefined {
    return this.ended ? undefined : this.child.pid;
  }

  get running(): boolean {
    return !this.ended;
  }

  /** Sends a signal to the process and its direct children, so that SIGSTOP really freezes all of it. */
  signalTree(signal: NodeJS.Signals): void {
    const pid = this.pid;
    if (pid === undefined) throw new Error(`${this.spec.name} is not running`);
    for (const target of [pid, ...childPids(pid)]) sendSignal(target, signal);
  }

  /** Sends a signal to the process alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) sendSignal(this.pid, signal);
  }

  /** Asks it to end, waits, and kills it when it does not. Resolves once it is gone. */
  async stop(): Promise<ProcessExit> {
    if (this.pid === undefined) return this.exited;
    this.signalTree('SIGCONT');
    this.signal(this.spec.stopSignal);
    const timer = setTimeout(() => this.killTree(), this.spec.stopTimeoutMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  killTree(): void {
    if (this.pid !== undefined) this.signalTree('SIGKILL');
  }

  private close(exit: ProcessExit): ProcessExit {
    this.ended = true;
    const pid = this.child.pid;
    if (pid !== undefined) {
      this.guard.drop(pid);
      removeRunRecord(this.spec.runDir, this.spec.name, pid);
    }
    return exit;
  }
}

function launch(spec: ProcessSpec): ChildProcess {
  const file = spec.output.kind === 'file' ? openAppend(spec.output.path) : undefined;
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.workingDirectory,
    env: { ...spec.environment },
    detached: true,
    ...(spec.user ?? {}),
    stdio: file === undefined ? ['ignore', 'pipe', 'pipe'] : ['ignore', file, file],
  });
  if (file !== undefined) closeSync(file);
  if (spec.output.kind === 'lines') {
    forwardLines(child.stdout, spec.output.onLine);
    forwardLines(child.stderr, spec.output.onLine);
  }
  return child;
}

function openAppend(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a');
}

function forwardLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
