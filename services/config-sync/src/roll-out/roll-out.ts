import { type ConfigurationState, counterOf, type InstanceReport, NO_CONFIGURATION } from '@gateway/contracts';
import type { ConfigurationStore, ReadState } from '@gateway/service-kit';
import { judgeCandidate } from './judge-candidate';

export interface RollOutObserver {
  inForce(version: string): void;
  /** By what runs; the publisher tells of what it has refused itself. */
  refused(version: string, reasons: readonly string[]): void;
  /** They were not waited for. */
  passedOver(version: string, instances: readonly string[]): void;
  /** Tried again. */
  failed(error: unknown): void;
}

export interface RollOutOptions {
  readonly store: Pick<ConfigurationStore, 'read' | 'write' | 'watch' | 'sweep'>;
  /** Every living instance, as often as it says something; null when it is gone. */
  readonly watchInstances: (listener: (key: string, report: InstanceReport | null) => void) => Promise<() => void>;
  readonly observer: RollOutObserver;
  /** Versions that can be gone back to, the one in force included. */
  readonly historySize: number;
  /** How long an instance that says nothing is waited for. */
  readonly patienceMs: number;
  readonly nowUnixMs: () => number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export interface PlannedChange<Result> {
  /** Null leaves what is stored. */
  readonly next: ConfigurationState | null;
  readonly result: Result;
}

export type Fate = 'in force' | 'refused' | 'overtaken';

const AGAIN_MS = 200;
/** Beyond the patience with instances: NATS itself may be away for a while. */
const UNDECIDED_MS = 5_000;

/**
 * Brings candidates into force when no living instance refuses them. Keeps nothing that is not in NATS KV: any config-sync
 * goes on with what another, or the one before, has begun.
 */
export class RollOut {
  private seen: ReadState = { state: NO_CONFIGURATION, revision: null };
  private readonly reports = new Map<string, InstanceReport>();
  private readonly listeners = new Set<() => void>();
  private candidate = { version: '', sinceMs: 0 };
  private acting: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stops: readonly (() => void)[] = [];
  private stopped = false;

  constructor(private readonly options: RollOutOptions) {}

  /** Resolves when the present state and instances are known. */
  async start(): Promise<void> {
    const { store, watchInstances } = this.options;
    const stopInstances = await watchInstances((key, report) => {
      if (report) this.reports.set(key, report);
      else this.reports.delete(key);
      this.act();
    });
    const stopStates = await store.watch((read) => {
      if (read) this.see(read);
    });
    this.stops = [stopInstances, stopStates];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const stop of this.stops) stop();
    if (this.timer) clearTimeout(this.timer);
    await this.acting;
  }

  get state(): ConfigurationState {
    return this.seen.state;
  }

  instances(): readonly InstanceReport[] {
    return [...this.reports.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, report]) => report);
  }

  /** Higher than any that is known to have been given, also where NATS has lost it. */
  nextCounter(stored: ConfigurationState): number {
    const held = this.instances().map(({ version, verdict }) => [version, verdict?.version ?? null]);
    const known = [null, ...held.flat()].map(counterOf);
    return Math.max(stored.counter, this.state.counter, ...known) + 1;
  }

  /**
   * Writes what `plan` makes of the stored state. Asks again with the newer state when somebody else has written
   * meanwhile. Rejects when `plan` does, and when the store cannot be reached.
   */
  async change<Result>(plan: (state: ConfigurationState) => Promise<PlannedChange<Result>>): Promise<Result> {
    for (;;) {
      const { state, revision } = await this.options.store.read();
      const { next, result } = await plan(state);
      if (next === null || (await this.options.store.write(next, revision))) return result;
    }
  }

  /** What became of a version that was written as a candidate. Rejects when that takes too long to be told. */
  fateOf(version: string): Promise<Fate> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const { counter, candidate } = this.state;
        if (counter < counterOf(version) || candidate?.version === version) return false;
        done();
        resolve(fateIn(this.state, version));
        return true;
      };
      const limit = setTimeout(() => {
        done();
        reject(new Error(`version ${version} is neither in force nor refused yet`));
      }, this.options.patienceMs + UNDECIDED_MS);
      limit.unref();
      const done = (): void => {
        clearTimeout(limit);
        this.listeners.delete(look);
      };
      this.listeners.add(look);
      look();
    });
  }

  private see(read: ReadState): void {
    const before = this.seen.state;
    const { inForce, refused } = read.state;
    this.seen = read;
    if (inForce && inForce.version !== before.inForce?.version) this.options.observer.inForce(inForce.version);
    if (refused && refused.version !== before.refused?.version) {
      this.options.observer.refused(refused.version, refused.reasons);
    }
    for (const listener of [...this.listeners]) listener();
    this.act();
  }

  private act(): void {
    if (this.stopped || this.acting || !this.state.candidate) return;
    const next = this.decide();
    if (next === null) return;
    const { revision } = this.seen;
    this.acting = this.write(next, revision).finally(() => {
      this.acting = null;
      // What came meanwhile.
      if (this.seen.revision !== revision) this.act();
    });
  }

  /** The state with the candidate in force or refused; null while it is waited for. */
  private decide(): ConfigurationState | null {
    const { state } = this;
    const { candidate } = state;
    if (!candidate) return null;
    const { patienceMs, nowMs, nowUnixMs, historySize, observer } = this.options;
    if (candidate.version !== this.candidate.version) this.candidate = { version: candidate.version, sinceMs: nowMs() };
    const leftMs = this.candidate.sinceMs + patienceMs - nowMs();
    const verdict = judgeCandidate(candidate.version, this.reports.values(), leftMs <= 0);
    if (verdict.kind === 'waiting') {
      this.lookAgain(leftMs);
      return null;
    }
    if (verdict.kind === 'refused') {
      const refused = { version: candidate.version, atUnixMs: nowUnixMs(), reasons: verdict.reasons };
      return { ...state, candidate: null, refused };
    }
    if (verdict.silent.length > 0) observer.passedOver(candidate.version, verdict.silent);
    const history = [candidate, ...state.history].slice(0, historySize);
    return { ...state, inForce: candidate, candidate: null, history, refused: null };
  }

  private async write(next: ConfigurationState, revision: number | null): Promise<void> {
    const { store, observer } = this.options;
    try {
      if (!(await store.write(next, revision))) return; // somebody else has; the watch brings what
    } catch (error) {
      observer.failed(error);
      this.lookAgain(AGAIN_MS);
      return;
    }
    await store.sweep().catch((error: unknown) => observer.failed(error));
  }

  private lookAgain(delayMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.act(), Math.max(1, delayMs));
    this.timer.unref();
  }
}

function fateIn({ inForce, history, refused }: ConfigurationState, version: string): Fate {
  if (inForce?.version === version || history.some((one) => one.version === version)) return 'in force';
  return refused?.version === version ? 'refused' : 'overtaken';
}
