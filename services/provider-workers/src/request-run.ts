import { ReplyStream } from '@gateway/bus';
import {
  type AttemptRecord,
  type CancelReason,
  type Envelope,
  encodeEnvelope,
  type RoutingSlip,
  type SlipStep,
} from '@gateway/contracts';
import { errorFromFailure, type GatewayError, isGatewayException, type ProviderFailure } from '@gateway/domain';
import { advanceSlip } from '@gateway/routing';
import { preciseUnixMs } from '@gateway/telemetry';
import { Attempt, type AttemptListener } from './attempt';
import { type AttemptEnd, bookAttempt, bookRequest, foreseeAttempt, usageEvent } from './book-attempt';
import { isNewerVersion } from './is-newer-version';
import { planAttempt } from './plan-attempt';
import type { WorkerPorts } from './worker-ports';

/** Attempts of the n-th hand-over are numbered from n × 100, so that no two workers use the same number. */
export const ATTEMPTS_PER_DISPATCH = 100;
/** A large body stays with the edge, which sends it to the next worker, too. */
const NO_BODY = new Uint8Array(0);
/** Until the edge knows of a provider call, it cannot book it should this worker die. */
const FIRST_HEARTBEAT_MS = 25;
const VERSION_PATIENCE_MS = 1_000;
const VERSION_POLL_MS = 10;
/** How long the answer "nobody is there" to a hand-over can take. */
const HANDED_ON_MS = 100;
/** Time to read what has arrived of an abandoned answer; a call is to be closed within 200 ms of the client's leaving. */
const LEFTOVERS_MS = 100;
/** Time the next worker has to take over; shorter than the silence after which the edge gives this request up. */
const HAND_ON_MS = 1_000;

/**
 * One request on this worker, from the slip's cursor to a terminal frame or to the next worker. Before the first content
 * a failure moves the slip on; the first content commits the request, and after it there is only success or one error.
 */
export class RequestRun implements AttemptListener {
  private readonly reply: ReplyStream;
  private readonly startedMs = performance.now();
  private readonly startedUnixMs = Date.now();
  private slip: RoutingSlip;
  private attempt: Attempt | null = null;
  private held: Uint8Array[] = [];
  private committed = false;
  private over = false;
  /** True when nobody listens any more but the provider's answer is still read for its usage. */
  private detached = false;
  private detachedMs = 0;
  /** Set while what is left of an answer that nobody wants is read. */
  private abandoned: { readonly failure: ProviderFailure; readonly bookRequestToo: boolean } | null = null;
  private requestBooked = false;
  private retryTimer: NodeJS.Timeout | null = null;
  private hasSpoken = false;
  /** When a heartbeat last found no edge to hear it. */
  private unheardMs: number | null = null;
  /** The request is another worker's, unless nobody takes it: what we said now would be a gap in that one's answer. */
  private isHandedOn = false;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly envelope: Envelope & { readonly slip: RoutingSlip },
    private readonly body: Uint8Array,
    private readonly onOver: () => void,
  ) {
    this.slip = envelope.slip;
    this.reply = new ReplyStream({
      subject: ports.bus.subjects.reply(envelope.edge, envelope.token),
      publish: (subject, bytes, urgent) => ports.bus.publishFrames(subject, bytes, urgent),
      publishHeartbeat: (subject, bytes) => ports.bus.probeFrames(subject, bytes, () => this.onNobodyListens()),
      onBlocked: (blocked) => this.onBlocked(blocked),
      nowMs: () => performance.now(),
    });
  }

  start(): void {
    this.ports.observe.taken(this.envelope);
    this.tryStep();
  }

  // ---- what the edge says -------------------------------------------------------------------------------------------

  credit(consumedBytes: number, consumedMessages: number): void {
    this.reply.credit(consumedBytes, consumedMessages);
    if (this.reply.isClosed && this.attempt === null) this.finish();
  }

  /** `gap` is the mesh's own fault: the provider's answer is paid for, so it is read to the end for an exact bill. */
  cancel(reason: CancelReason): void {
    if (reason === 'shutdown') {
      this.interrupt();
      return;
    }
    // Nobody listens already, and what is still read is read for the bill.
    if (this.over || this.detached) return;
    if (reason === 'gap' && this.attempt !== null) {
      this.detach();
      return;
    }
    this.abandon({ class: 'cancelled', message: `cancelled: ${reason}` }, reason !== 'superseded');
  }

  /**
   * This worker stops. In the middle of an answer the client hears so at once; before it, the edge finds another worker,
   * which books the request.
   */
  private interrupt(): void {
    const { attempt } = this;
    if (attempt && this.committed && !this.detached)
      attempt.stop({ class: 'interrupted', message: 'the worker stopped' });
    else this.abortWith(STOPPED, this.abandoned?.bookRequestToo ?? false);
  }

  /** Once can be an edge that is just reconnecting. Two heartbeats in a row: it is dead, and its clients are gone. */
  private onNobodyListens(): void {
    if (this.over || this.detached) return;
    const nowMs = performance.now();
    const isTwice = this.unheardMs !== null && nowMs - this.unheardMs < this.ports.limits.heartbeatMs * 2;
    this.unheardMs = nowMs;
    if (isTwice) this.abandon({ class: 'cancelled', message: 'the edge is gone' }, true);
  }

  // ---- what the attempt says ----------------------------------------------------------------------------------------

  onPayloads(payloads: Uint8Array[]): void {
    if (this.detached) return;
    if (this.committed) {
      this.send(payloads);
      return;
    }
    for (const payload of payloads) this.held.push(payload);
    if (this.attempt?.plan.reader.hasContent) this.commit(this.attempt);
  }

  onDone(): void {
    const { attempt } = this;
    if (!attempt) return;
    if (!this.committed) this.commit(attempt);
    this.book(attempt, { status: 'success' }, this.abandoned ? CANCELLED : SUCCEEDED);
    this.ports.observe.attemptDone(this.envelope, attempt);
    this.attempt = null;
    if (!this.detached) {
      this.reply.end({
        usage: attempt.usage ?? this.lastUsage(attempt),
        finishReason: attempt.finishReason,
      });
    }
    if (this.reply.isClosed || this.detached) this.finish();
  }

  onFailed(failure: ProviderFailure): void {
    const { attempt } = this;
    if (!attempt) return;
    this.attempt = null;
    this.ports.observe.attemptFailed(this.envelope, attempt, failure);
    if (this.committed) {
      const cut: ProviderFailure = { ...failure, class: 'interrupted' };
      this.book(
        attempt,
        { status: 'interrupted', failure: cut },
        { status: 'failed', errorCode: 'stream_interrupted' },
      );
      this.fail(interruptedError(failure));
      return;
    }
    this.held = [];
    this.moveOn(failure, attempt);
  }

  // ---- time ---------------------------------------------------------------------------------------------------------

  /** Called every few milliseconds: deadlines, first-token timeout, heartbeat, slow consumer. */
  tick(nowMs: number): void {
    if (this.over || this.isHandedOn) return;
    if (this.abandoned) {
      if (nowMs - this.detachedMs > LEFTOVERS_MS) this.abortWith(this.abandoned.failure, this.abandoned.bookRequestToo);
      return;
    }
    if (this.detached) {
      if (nowMs - this.detachedMs > this.ports.limits.drainDetachedMs) this.abortWith(DEADLINE_FAILURE, true);
      return;
    }
    if (Date.now() >= this.envelope.deadlineUnixMs) {
      this.abortWith(DEADLINE_FAILURE, true);
      return;
    }
    this.checkFirstToken(nowMs);
    this.checkConsumer(nowMs);
    this.beat(nowMs);
  }

  /**
   * Nobody wants the rest. While the client was slow the provider went on until every buffer between us was full: that
   * was generated and is paid for, so it is read, and only then is the call closed.
   */
  private abandon(failure: ProviderFailure, bookRequestToo: boolean): void {
    if (this.abandoned) return;
    if (this.detached || !this.attempt || this.reply.blockedSinceMs === null) {
      this.abortWith(failure, bookRequestToo);
      return;
    }
    this.abandoned = { failure, bookRequestToo };
    this.detach();
  }

  /** NATS is gone: stop sending, read on for the usage. Without a running attempt there is nothing to wait for. */
  detach(): void {
    if (this.over || this.detached) return;
    if (!this.attempt) {
      this.finish();
      return;
    }
    this.detached = true;
    this.detachedMs = performance.now();
    this.attempt.resume();
  }

  // ---- steps and attempts -------------------------------------------------------------------------------------------

  private tryStep(): void {
    const step = this.slip.steps[this.slip.cursor];
    if (!step) {
      this.fail({ code: 'internal_error', message: 'the routing slip has no step left' });
      return;
    }
    const served = this.ports.deployments().byId.get(step.deployment);
    if (served) {
      this.beginAttempt(step, served);
      return;
    }
    if (this.ports.servesPool(step.pool)) {
      if (this.waitsForVersion()) return;
      const reason = this.ports.deployments().unavailable[step.deployment] ?? 'is not in this worker’s configuration';
      this.moveOn({ class: 'auth', message: `deployment '${step.deployment}' ${reason}` }, null);
      return;
    }
    this.handOn(step);
  }

  /** The router may have a new configuration before this worker: then it is on its way, and worth a moment. */
  private waitsForVersion(): boolean {
    if (!isNewerVersion(this.slip.policyVersion, this.ports.deployments().version)) return false;
    if (performance.now() - this.startedMs > VERSION_PATIENCE_MS) return false;
    this.retryTimer = setTimeout(() => this.tryStep(), VERSION_POLL_MS);
    return true;
  }

  private beginAttempt(step: SlipStep, served: Parameters<typeof planAttempt>[0]['served']): void {
    const number = this.envelope.dispatch * ATTEMPTS_PER_DISPATCH + this.slip.attempts.length + 1;
    try {
      const plan = planAttempt({ envelope: this.envelope, body: this.body, step, served, number });
      const attempt = new Attempt(plan, this);
      attempt.start(this.ports.http);
      this.attempt = attempt;
    } catch (error) {
      const isExpected = isGatewayException(error);
      // Retries come here from a timer, where a throw would end the process with everybody's requests.
      if (!isExpected) this.ports.observe.unplannable(this.envelope, error);
      const detail = isExpected ? error.detail : UNPLANNABLE;
      this.bookRequestOnly(detail.code);
      this.fail(detail);
      return;
    }
    this.ports.outbox.foresee(usageEvent(this.envelope, { attempt: foreseeAttempt(this.envelope, this.attempt) }));
    // The edge believes that the call before is still running, and would book that one for lost.
    if (this.hasSpoken) this.sayAlive();
  }

  private moveOn(failure: ProviderFailure, attempt: Attempt | null): void {
    const advance = advanceSlip(this.slip, {
      failure,
      attempt: attempt?.plan.number ?? 0,
      leftMs: this.envelope.deadlineUnixMs - Date.now(),
      random: Math.random,
    });
    this.slip = advance.slip;
    const error = advance.action === 'give-up' ? errorFromFailure(failure) : null;
    if (attempt) {
      const outcome = error ? { status: 'failed' as const, errorCode: error.code } : null;
      this.book(attempt, { status: 'failed', failure }, outcome);
    } else if (error) {
      this.bookRequestOnly(error.code);
    }
    if (error) this.fail(error);
    else if (this.detached) this.finish();
    else if (advance.action === 'retry') this.retryTimer = setTimeout(() => this.tryStep(), advance.waitMs);
    else this.tryStep();
  }

  /** The next step lives in a pool this worker does not serve: its workers get the envelope with the slip as it is now. */
  private handOn(step: SlipStep): void {
    const envelope: Envelope = { ...this.envelope, slip: this.slip, handoverByUnixMs: Date.now() + HAND_ON_MS };
    this.ports.bus.handTo(
      this.ports.bus.subjects.invoke(step.pool),
      encodeEnvelope(envelope, envelope.bodyBytes === undefined ? this.body : NO_BODY),
      () => {
        if (this.over) return;
        this.isHandedOn = false;
        if (this.retryTimer) clearTimeout(this.retryTimer);
        this.moveOn({ class: 'connect', message: `no worker listens on pool '${step.pool}'` }, null);
      },
    );
    // The callback needs this run for one round trip; after that the request is somebody else's.
    this.isHandedOn = true;
    this.retryTimer = setTimeout(() => this.finish(), HANDED_ON_MS);
  }

  // ---- the answer ---------------------------------------------------------------------------------------------------

  private commit(attempt: Attempt): void {
    this.committed = true;
    this.reply.start({
      worker: this.ports.workerId,
      deployment: attempt.plan.step.deployment,
      provider: attempt.plan.served.entry.prefix,
      attempts: this.attemptsMade(),
      attempt: attempt.plan.number,
      providerModel: attempt.plan.step.providerModel,
      encoding: attempt.plan.reader.encoding,
      upstreamMs: performance.now() - this.startedMs,
      sentAtUnixMs: preciseUnixMs(),
    });
    const held = this.held;
    this.held = [];
    this.send(held);
  }

  private send(payloads: readonly Uint8Array[]): void {
    const splittable = this.attempt?.plan.reader.encoding === 'passthrough';
    for (const payload of payloads) {
      if (splittable) this.reply.part(payload);
      else this.reply.wholePart(payload);
    }
  }

  private onBlocked(blocked: boolean): void {
    if (this.detached) return;
    if (blocked) this.attempt?.pause();
    else this.attempt?.resume();
  }

  private fail(error: GatewayError): void {
    if (!this.detached) {
      const step = this.slip.steps[this.slip.cursor];
      this.reply.error({
        error,
        attempts: this.attemptsMade(),
        ...(step && { deployment: step.deployment }),
      });
    }
    this.finish();
  }

  private abortWith(failure: ProviderFailure, bookRequestToo: boolean): void {
    const { attempt } = this;
    const error = failure.class === 'deadline' ? errorFromFailure(failure) : null;
    if (attempt) {
      attempt.abort();
      this.attempt = null;
      const outcome = error ? { status: 'failed' as const, errorCode: error.code } : CANCELLED;
      this.book(attempt, { status: 'cancelled', failure }, bookRequestToo ? outcome : null);
      this.ports.observe.attemptFailed(this.envelope, attempt, failure);
    } else if (bookRequestToo) {
      this.bookRequestOnly(error?.code ?? 'client_closed_request');
    }
    if (error) this.fail(error);
    else this.finish();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    this.onOver();
  }

  // ---- timers' checks -----------------------------------------------------------------------------------------------

  private checkFirstToken(nowMs: number): void {
    const { attempt } = this;
    if (!attempt || this.committed) return;
    const limitMs = attempt.plan.step.firstTokenTimeoutMs;
    if (nowMs - attempt.startedMs <= limitMs) return;
    attempt.stop({
      class: 'timeout',
      message: `no content from '${attempt.plan.step.deployment}' within ${limitMs} ms`,
    });
  }

  private checkConsumer(nowMs: number): void {
    const { blockedSinceMs } = this.reply;
    if (blockedSinceMs === null || nowMs - blockedSinceMs <= this.ports.limits.slowConsumerMs) return;
    this.abandon({ class: 'cancelled', message: 'the client stopped reading' }, true);
  }

  private beat(nowMs: number): void {
    const dueMs = !this.hasSpoken && !this.committed ? FIRST_HEARTBEAT_MS : this.ports.limits.heartbeatMs;
    if (nowMs - this.reply.lastSentMs >= dueMs) this.sayAlive();
  }

  private sayAlive(): void {
    const step = this.attempt?.plan.step ?? this.slip.steps[this.slip.cursor];
    if (!step) return;
    this.hasSpoken = true;
    this.reply.heartbeat({
      worker: this.ports.workerId,
      attempt: this.attempt?.plan.number ?? 0,
      deployment: step.deployment,
      providerModel: step.providerModel,
    });
  }

  // ---- the books ----------------------------------------------------------------------------------------------------

  private book(
    attempt: Attempt,
    end: AttemptEnd,
    outcome: { status: 'success' | 'failed' | 'cancelled'; errorCode: GatewayError['code'] | null } | null,
  ): void {
    const record: AttemptRecord = bookAttempt(this.envelope, attempt, end);
    const firstContentUnixMs =
      attempt.firstContentMs === null ? null : this.startedUnixMs + (attempt.firstContentMs - this.startedMs);
    const alsoRequest = outcome !== null && !this.requestBooked;
    this.requestBooked ||= alsoRequest;
    this.ports.outbox.add(
      usageEvent(this.envelope, {
        attempt: record,
        ...(alsoRequest && {
          request: bookRequest(this.envelope, { ...outcome, attempts: this.attemptsMade(), firstContentUnixMs }),
        }),
      }),
    );
    this.ports.observe.booked(this.envelope, record);
  }

  private bookRequestOnly(errorCode: GatewayError['code']): void {
    if (this.requestBooked) return;
    this.requestBooked = true;
    this.ports.outbox.add(
      usageEvent(this.envelope, {
        request: bookRequest(this.envelope, {
          status: errorCode === 'client_closed_request' ? 'cancelled' : 'failed',
          errorCode,
          attempts: this.attemptsMade(),
          firstContentUnixMs: null,
        }),
      }),
    );
  }

  /** Provider calls so far, the running one included. */
  private attemptsMade(): number {
    return this.slip.attempts.filter((note) => note.attempt > 0).length + (this.attempt ? 1 : 0);
  }

  private lastUsage(attempt: Attempt) {
    return bookAttempt(this.envelope, attempt, { status: 'success' }).usage;
  }
}

const SUCCEEDED = { status: 'success', errorCode: null } as const;
const CANCELLED = { status: 'cancelled', errorCode: 'client_closed_request' } as const;
const STOPPED: ProviderFailure = { class: 'cancelled', message: 'the worker stopped' };
const UNPLANNABLE: GatewayError = { code: 'internal_error', message: 'the gateway could not prepare this call' };

const DEADLINE_FAILURE: ProviderFailure = {
  class: 'deadline',
  message: 'the request took longer than its deadline allows',
};

function interruptedError(failure: ProviderFailure): GatewayError {
  return {
    code: 'stream_interrupted',
    message: 'the provider stopped in the middle of the answer',
    ...(failure.status !== undefined && { providerStatus: failure.status }),
    ...(failure.providerCode !== undefined && { providerCode: failure.providerCode }),
  };
}
