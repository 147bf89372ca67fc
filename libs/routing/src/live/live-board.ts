import type { CircuitHold, OutcomeBatch } from '@gateway/contracts';
import type { CircuitSettings, CircuitState, Deployment, RoutingSettings } from '@gateway/domain';
import type { CircuitRules } from '../circuit/judge-outcome';
import { type LiveView, NOTHING_KNOWN } from './deployment-live';
import { DeploymentRecord, type HeldCircuit } from './deployment-record';

/** Three times as long as a worker with calls under way ever says nothing of them. */
const SILENT_WORKER_MS = 15_000;

/** A few milliseconds' worth. */
const FORESEEN_AT_ONCE = 250;

/** A circuit that is in another state than before. Times in milliseconds, monotonic. */
export interface CircuitChange {
  readonly deployment: Deployment;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly reason: string;
  readonly isHeld: boolean;
  /** Until it is tried again, or until the hold ends; absent where nothing says when. */
  readonly forMs?: number;
}

/** A circuit that is open, half-open or held. Times in milliseconds, monotonic. */
export interface TroubledCircuit {
  readonly deployment: string;
  readonly state: CircuitState;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number | null;
  readonly hold: CircuitHold | null;
}

/**
 * How the deployments of a configuration fare, from what all workers tell and what this router sends them: everything
 * that planning asks of them. Every router hears the same and so holds the same. What has left the configuration is
 * forgotten; what is not in it is not heard. No clock of its own: `nowMs` is any time that does not go back.
 */
export class LiveBoard {
  private records = new Map<string, DeploymentRecord>();
  /** Of deployments that a configuration may bring. */
  private foreseen = new Map<string, DeploymentRecord>();
  private readonly holds = new Map<string, HeldCircuit>();
  /** When each worker spoke last. */
  private readonly workers = new Map<string, number>();
  /** Not closed, or not told to be. */
  private readonly troubled = new Set<DeploymentRecord>();

  constructor(private readonly onChange: (change: CircuitChange) => void = () => undefined) {}

  /**
   * Makes what `configure` needs of a configuration that may come into force, so that it need not be made all at once then.
   * Yields where others should have a turn.
   */
  *foresee(deployments: readonly Deployment[], settings: RoutingSettings): Generator<undefined> {
    this.foreseen = new Map();
    for (const [index, deployment] of deployments.entries()) {
      if (index % FORESEEN_AT_ONCE === FORESEEN_AT_ONCE - 1) yield;
      if (this.records.has(deployment.id)) continue;
      this.foreseen.set(deployment.id, new DeploymentRecord(deployment, rulesOf(deployment, settings, false)));
    }
  }

  configure(deployments: readonly Deployment[], settings: RoutingSettings): void {
    const siblings = new Map<string, number>();
    for (const { modelGroup } of deployments) siblings.set(modelGroup, (siblings.get(modelGroup) ?? 0) + 1);
    const records = new Map<string, DeploymentRecord>();
    for (const deployment of deployments) {
      const rules = rulesOf(deployment, settings, (siblings.get(deployment.modelGroup) ?? 0) > 1);
      const known = this.records.get(deployment.id) ?? this.foreseen.get(deployment.id);
      const record = known ?? new DeploymentRecord(deployment, rules);
      record.follow(deployment, rules);
      record.hold(this.holds.get(deployment.id) ?? null);
      if (record.holdAt(0)) this.troubled.add(record);
      records.set(deployment.id, record);
    }
    this.records = records;
    this.foreseen = new Map();
    for (const record of this.troubled) if (!records.has(record.deployment.id)) this.troubled.delete(record);
  }

  /** What a worker tells. */
  take({ worker, outcomes, inFlight, isComplete }: OutcomeBatch, nowMs: number): void {
    this.workers.set(worker, nowMs);
    for (const outcome of outcomes) {
      const record = this.records.get(outcome.deployment);
      if (!record) continue;
      record.ended(outcome, nowMs);
      this.settle(record, nowMs);
    }
    for (const id in inFlight) this.records.get(id)?.underWay(worker, inFlight[id] ?? 0, nowMs);
    if (!isComplete) return;
    for (const [id, record] of this.records) if (!(id in inFlight)) record.underWay(worker, 0, nowMs);
  }

  /** What was under way there is over, one way or the other. */
  forgetWorker(worker: string): void {
    this.workers.delete(worker);
    for (const record of this.records.values()) record.forgetWorker(worker);
  }

  /** This router sends a call there. */
  assigned(deployment: string, nowMs: number): void {
    this.records.get(deployment)?.assigned(nowMs);
  }

  /** A person holds a circuit for so long (Infinity: until it is released), or releases it (null). */
  hold(deployment: string, held: { readonly hold: CircuitHold; readonly forMs: number } | null, nowMs: number): void {
    const entry = held && { hold: held.hold, untilMs: nowMs + held.forMs };
    if (entry) this.holds.set(deployment, entry);
    else this.holds.delete(deployment);
    const record = this.records.get(deployment);
    if (!record) return;
    record.hold(entry);
    this.troubled.add(record);
    this.settle(record, nowMs);
  }

  /** What only time changes: to be called now and then. */
  tick(nowMs: number): void {
    for (const record of this.troubled) this.settle(record, nowMs);
    for (const [worker, heardMs] of this.workers) if (nowMs - heardMs > SILENT_WORKER_MS) this.forgetWorker(worker);
    for (const [deployment, { untilMs }] of this.holds) if (untilMs <= nowMs) this.holds.delete(deployment);
  }

  /** As things are at `nowMs`; not to be kept. */
  view(nowMs: number): LiveView {
    const { records } = this;
    return (deployment) => records.get(deployment)?.live(nowMs) ?? NOTHING_KNOWN;
  }

  troubles(nowMs: number): TroubledCircuit[] {
    return [...this.troubled].flatMap((record) => describeTrouble(record, nowMs) ?? []);
  }

  private settle(record: DeploymentRecord, nowMs: number): void {
    const to = record.state(nowMs);
    if (to === 'closed' && record.toldState === 'closed') {
      if (record.holdAt(nowMs) === null) this.troubled.delete(record);
      return;
    }
    this.troubled.add(record);
    const from = record.toldState;
    if (to === from) return;
    record.toldState = to;
    const { circuitReason, isHeld = false, opensAgainInMs } = record.live(nowMs);
    this.onChange({
      deployment: record.deployment,
      from,
      to,
      reason: circuitReason ?? 'it answers again',
      isHeld,
      ...(opensAgainInMs !== undefined && { forMs: opensAgainInMs }),
    });
  }
}

function rulesOf(deployment: Deployment, settings: RoutingSettings, hasSibling: boolean): CircuitRules {
  const { circuit, firstTokenTimeoutMs, idleTimeoutMs } = settings;
  const { timeoutMs = firstTokenTimeoutMs, streamTimeoutMs = timeoutMs } = deployment;
  return {
    deployment: deployment.id,
    settings: withOwnCooldown(circuit, deployment),
    hasSibling,
    isWildcard: deployment.providerModel.includes('*'),
    shortestTimeoutMs: Math.min(timeoutMs, streamTimeoutMs, idleTimeoutMs),
  };
}

/** The deployment's own word wins, also over a limit that is shorter and over a 0 for all others. */
function withOwnCooldown(circuit: CircuitSettings, { cooldownMs: openMs }: Deployment): CircuitSettings {
  if (openMs === undefined) return circuit;
  return { ...circuit, openMs, longestOpenMs: Math.max(circuit.longestOpenMs, openMs) };
}

function describeTrouble(record: DeploymentRecord, nowMs: number): TroubledCircuit | null {
  const held = record.holdAt(nowMs);
  const state = record.state(nowMs);
  if (!held && state === 'closed') return null;
  const { circuitReason = '', opensAgainInMs } = record.live(nowMs);
  return {
    deployment: record.deployment.id,
    state,
    reason: circuitReason,
    sinceMs: record.breaker.last.sinceMs,
    untilMs: opensAgainInMs === undefined ? null : nowMs + opensAgainInMs,
    hold: held?.hold ?? null,
  };
}
