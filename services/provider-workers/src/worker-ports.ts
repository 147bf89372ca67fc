import type { BodyFetcher, Bus, LineDialer, UsageOutbox } from '@gateway/bus';
import type { AttemptRecord, Envelope, SlipStep } from '@gateway/contracts';
import type { ProviderFailure } from '@gateway/domain';
import type { OriginReach, ProviderHttp, RemoteContent } from '@gateway/provider-kit';
import type { OutcomeReporter } from '@gateway/routing';
import type { CallAdmission } from './admission/call-admission';
import type { ProbeClaims } from './admission/probe-claims';
import type { Attempt } from './attempt';
import type { WorkerBudgets } from './budgets/worker-budgets';
import type { ServedDeployments } from './served-deployments';

/** What a running request may touch. */
export interface WorkerPorts {
  readonly workerId: string;
  readonly bus: Bus;
  readonly bodies: Pick<BodyFetcher, 'fetch'>;
  readonly lines: Pick<LineDialer, 'lineTo' | 'listen'>;
  readonly http: ProviderHttp;
  /** To addresses that clients name: few, and only those that `clientReach` allows. */
  readonly clientHttp: Pick<ProviderHttp, 'call'>;
  readonly clientReach: OriginReach;
  /** Asked before every provider call. */
  readonly admission: Pick<CallAdmission, 'enter' | 'isSameProvider'>;
  /** Asked before a call that is to find out whether its deployment is well. */
  readonly probes: Pick<ProbeClaims, 'claim'>;
  /** Asked before every provider call that must be paid from a budget. */
  readonly budgets: Pick<WorkerBudgets, 'fence'>;
  /** What a client named by URL. @throws RemoteContentError */
  readRemote(url: string): Promise<RemoteContent>;
  readonly outbox: UsageOutbox;
  /** Hears of every provider call when it begins and when it ends. */
  readonly outcomes: Pick<OutcomeReporter, 'began' | 'ended'>;
  /** Of the configuration that a request was routed by, where this worker has it; else of the one in force. */
  deployments(version: string): ServedDeployments;
  servesPool(pool: string): boolean;
  readonly limits: {
    readonly heartbeatMs: number;
    /** Longest time without a word from the edge while there is something to send. */
    readonly slowConsumerMs: number;
    /** Longest time to read on for the usage when nobody listens any more. */
    readonly drainDetachedMs: number;
  };
  readonly observe: WorkerObserver;
}

/** Metrics, spans and log lines of the worker; cheap, and never in the way. */
export interface WorkerObserver {
  taken(envelope: Envelope): void;
  /** The answer begins, on a line to the edge or over NATS. */
  answering(isDirect: boolean): void;
  /** Preparing a provider call threw: our own mistake. */
  unplannable(envelope: Envelope, error: unknown): void;
  attemptDone(envelope: Envelope, attempt: Attempt): void;
  attemptFailed(envelope: Envelope, attempt: Attempt, failure: ProviderFailure): void;
  booked(envelope: Envelope, record: AttemptRecord): void;
  /** What became of a second call beside the first; `provider` is null where nobody serves the step. */
  hedged(
    envelope: Envelope,
    hedge: { readonly step: SlipStep; readonly provider: string | null },
    outcome: HedgeOutcome,
  ): void;
}

/** It answered, the other call did, it failed, nobody waited any more, or it could not be made here. */
export type HedgeOutcome = 'won' | 'lost' | 'failed' | 'cancelled' | 'not_started';
