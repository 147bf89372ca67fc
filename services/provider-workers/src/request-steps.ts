import { type Envelope, NO_COST, type RoutingSlip, type SlipStep } from '@gateway/contracts';
import { errorFromFailure, type GatewayError, isGatewayException, type ProviderFailure } from '@gateway/domain';
import type { TokenSource } from '@gateway/provider-kit';
import type { FetchedContents } from '@gateway/providers';
import { advanceSlip, type FailedAttempt, hedgeStep, noteFailure, passOverDeployment } from '@gateway/routing';
import { lastFailure, soonerOf } from './admission/admission-question';
import type { CallPass } from './admission/call-pass';
import type { Attempt, AttemptPlan } from './attempt';
import { mayBeBilled } from './book-attempt';
import { fetchContents, urlsToFetch } from './fetch-contents';
import { handOn } from './hand-on';
import { isNewerVersion } from './is-newer-version';
import { type CallingRequest, RequestCalls } from './request-calls';
import { NO_STEP_LEFT, UNPLANNABLE } from './request-endings';
import type { RunningAttempts } from './running-attempts';
import { missingSignIn, type ServedDeployment } from './served-deployments';
import { startHedge } from './start-hedge';
import { type WayToStep, wayToStep } from './way-to-step';
import { servedToClient } from './with-client-access';

/** Far longer than NATS needs to tell everybody; what a busy machine needs is another matter. */
const VERSION_PATIENCE_MS = 5_000;
const VERSION_POLL_MS = 10;
/** How long the answer "nobody is there" to a hand-over can take. */
const HANDED_ON_MS = 100;

/** The request whose steps these are. */
export interface SteppedRequest extends CallingRequest {
  readonly envelope: Envelope & { readonly slip: RoutingSlip };
  /** Nobody listens any more: what runs is read to its end, but nothing more is tried. */
  readonly isDetached: boolean;
  readonly isOver: boolean;
  fail(error: GatewayError): void;
  finish(): void;
}

/** The way of one request along its slip: one provider call after the other, until one has content or none is left. */
export class RequestSteps {
  private readonly calls: RequestCalls;
  /** The request is another worker's, unless nobody takes it: what we said now would be a gap in that one's answer. */
  isHandedOn = false;
  private slip: RoutingSlip;
  private timer: NodeJS.Timeout | null = null;
  private contents: FetchedContents | undefined;
  /** Of the call that failed last. */
  private lastError: GatewayError | null = null;
  /** Of the calls that we held back ourselves, the one that may be made soonest. */
  private refusal: ProviderFailure | null = null;

  constructor(private readonly request: SteppedRequest) {
    this.slip = request.envelope.slip;
    this.calls = new RequestCalls(request, () => this.slip);
  }

  get running(): RunningAttempts {
    return this.calls.running;
  }

  /** Provider calls so far, the running ones and those of other workers included. */
  get callsMade(): number {
    return this.calls.made;
  }

  get current(): SlipStep | undefined {
    return this.slip.steps[this.slip.cursor];
  }

  wayTo(step: SlipStep): WayToStep {
    const way = wayToStep(this.slip, step, this.callsMade);
    const leftNanoUsd = this.calls.moneyLeft();
    return leftNanoUsd === undefined ? way : { ...way, leftNanoUsd };
  }

  sayAlive(): void {
    const step = this.running.first?.plan.step ?? this.current;
    if (step) this.calls.sayAlive(step);
  }

  tryCurrent(): void {
    const { ports } = this.request;
    const step = this.current;
    if (!step) {
      this.request.fail(NO_STEP_LEFT);
      return;
    }
    const { version, byId, unavailable } = ports.deployments(this.slip.policyVersion);
    if (this.waitsForVersion(version)) return;
    const served = byId.get(step.deployment);
    if (served) {
      this.enter(step, served);
      return;
    }
    if (!ports.servesPool(step.pool)) {
      this.handOn(step);
      return;
    }
    const reason = unavailable[step.deployment] ?? 'is not in this worker’s configuration';
    this.moveOn({ class: 'auth', message: `deployment '${step.deployment}' ${reason}` }, null);
  }

  /** What follows a failure before the first content; `attempt` is null when no provider was called. */
  moveOn(failure: ProviderFailure, attempt: Attempt | null): void {
    const { request } = this;
    const nowUnixMs = Date.now();
    const failed: FailedAttempt = {
      failure,
      attempt: attempt?.plan.number ?? 0,
      ...(attempt && { step: this.slip.steps.indexOf(attempt.plan.step) }),
      mayBeBilled: attempt !== null && mayBeBilled(attempt, failure),
      nowUnixMs,
    };
    this.lastError = errorFromFailure(failure);
    if (attempt && this.running.count > 0) {
      this.goOnWithOther(attempt, failed);
      return;
    }
    const advance = advanceSlip(this.slip, {
      ...failed,
      leftMs: request.envelope.deadlineUnixMs - nowUnixMs,
      random: Math.random,
    });
    this.slip = advance.slip;
    const error = advance.action === 'give-up' ? this.lastError : null;
    if (attempt) {
      const outcome = error && { status: 'failed' as const, errorCode: error.code, attempts: this.callsMade };
      request.books.attempt(attempt, { status: 'failed', failure }, outcome);
    } else if (error) {
      request.books.requestOnly(error.code, this.callsMade);
    }
    if (error) request.fail(error);
    else if (request.isDetached) request.finish();
    else if (advance.action === 'next' && advance.waitMs === 0) this.tryCurrent();
    else if (advance.action !== 'give-up') this.tryAfter(advance.waitMs);
  }

  /** A second call, when the first one has kept the client waiting for too long. */
  hedgeWhenDue(first: Attempt, nowMs: number): void {
    const { hedge } = this.slip;
    if (hedge === undefined || nowMs - first.startedMs < hedge.afterMs) return;
    const step = hedgeStep(this.slip, this.request.envelope.deadlineUnixMs - Date.now());
    this.slip = { ...this.slip, hedge: undefined };
    if (step) startHedge(step, { request: this.request, calls: this.calls, slip: this.slip, contents: this.contents });
  }

  /** Nothing more is tried. */
  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** As the client wants to be served, and signed in. */
  private enter(step: SlipStep, configured: ServedDeployment): void {
    const { ports, envelope } = this.request;
    let served: ServedDeployment;
    try {
      served = servedToClient(configured, envelope.clientAccess, ports.clientReach);
    } catch (error) {
      this.onUnplannable(error);
      return;
    }
    const signIn = missingSignIn(served);
    if (signIn) this.signIn(signIn, served);
    else this.prepare(step, served);
  }

  /** Where the provider takes no URLs, what they name is fetched first, once for all steps. */
  private prepare(step: SlipStep, served: ServedDeployment): void {
    const { ports, envelope, body } = this.request;
    let urls: readonly string[];
    try {
      urls = this.contents ? [] : urlsToFetch(envelope, body, { served, providerModel: step.providerModel });
    } catch (error) {
      this.onUnplannable(error);
      return;
    }
    if (urls.length === 0) {
      this.begin(step, served);
      return;
    }
    fetchContents(ports, urls).then(
      (contents) => {
        this.contents = contents;
        if (!this.request.isOver) this.tryCurrent();
      },
      (error: unknown) => {
        if (this.request.isOver) return;
        // Without them the wire's own rule holds: what it cannot express is left out.
        if (served.deployment.dropParams) this.contents = new Map();
        if (this.contents) this.tryCurrent();
        else this.onUnplannable(error);
      },
    );
  }

  private begin(step: SlipStep, served: ServedDeployment): void {
    try {
      const plan = this.calls.plan(step, served, { slip: this.slip, contents: this.contents });
      this.calls.admit(plan, this.slip, {
        onAdmitted: (pass) => this.callOrPassOver(plan, pass),
        onRefused: (refusal) => this.onHeldBack(refusal),
        onUnpaid: (error) => {
          if (!this.request.isOver) this.passOver(error);
        },
      });
    } catch (error) {
      this.onUnplannable(error);
    }
  }

  private callOrPassOver(plan: AttemptPlan, pass: CallPass): void {
    if (this.request.isOver) {
      pass.leave();
      return;
    }
    try {
      this.calls.begin(plan, pass);
    } catch (error) {
      this.onUnplannable(error);
    }
  }

  /** Of two calls one has failed: nothing is tried again while the other one runs. */
  private goOnWithOther(attempt: Attempt, failed: FailedAttempt): void {
    this.slip = noteFailure(this.slip, failed);
    this.request.books.attempt(attempt, { status: 'failed', failure: failed.failure }, null);
    this.calls.tell();
  }

  /** We ourselves do not make the call: another deployment is asked at once. */
  private onHeldBack(refusal: ProviderFailure | null): void {
    if (this.request.isOver) return;
    if (refusal) {
      this.slip = noteFailure(this.slip, { failure: refusal, attempt: 0, mayBeBilled: false, nowUnixMs: Date.now() });
      this.refusal = soonerOf(this.refusal, refusal);
    }
    this.passOver(errorFromFailure(this.refusal ?? lastFailure(this.slip)));
  }

  /** Nothing is called meanwhile: the request's deadline, its client and its edge may end it. */
  private signIn(token: Pick<TokenSource, 'obtain'>, { refuseSecrets }: ServedDeployment): void {
    token.obtain((failure) => {
      if (failure?.class === 'auth') refuseSecrets?.();
      if (this.request.isOver) return;
      if (failure) this.moveOn(failure, null);
      else this.tryCurrent();
    });
  }

  /** Retries come here from a timer, where a throw would end the process with everybody's requests. */
  private onUnplannable(error: unknown): void {
    const { ports, envelope } = this.request;
    if (isGatewayException(error)) {
      this.passOver(error.detail);
      return;
    }
    ports.observe.unplannable(envelope, error);
    this.failUncalled(UNPLANNABLE);
  }

  /** To the next deployment, for a request that this one was not asked. */
  private passOver(why: GatewayError): void {
    const elsewhere = passOverDeployment(this.slip);
    if (elsewhere) {
      this.slip = elsewhere;
      this.tryCurrent();
      return;
    }
    // A provider that was asked and failed says more of why there is no answer than one that could not be asked.
    this.failUncalled(this.lastError ?? why);
  }

  private failUncalled(error: GatewayError): void {
    this.request.books.requestOnly(error.code, this.callsMade);
    this.request.fail(error);
  }

  private tryAfter(waitMs: number): void {
    this.timer = setTimeout(() => this.tryCurrent(), waitMs);
  }

  /** The router may have a new configuration before this worker: then it is on its way, and worth a moment. */
  private waitsForVersion(version: string): boolean {
    const { policyVersion } = this.slip;
    if (version === policyVersion || !isNewerVersion(policyVersion, version)) return false;
    const { reply } = this.request;
    if (performance.now() - reply.startedMs > VERSION_PATIENCE_MS) return false;
    this.tryAfter(VERSION_POLL_MS);
    return true;
  }

  /** The next worker tells what all calls cost. */
  private withSpent(): RoutingSlip {
    const { cost: spent } = this.request.books;
    return spent === NO_COST ? this.slip : { ...this.slip, spent };
  }

  /** The next step lives in a pool this worker does not serve. */
  private handOn({ pool }: SlipStep): void {
    const { ports, envelope, body } = this.request;
    const onNobody = (): void => {
      if (this.request.isOver) return;
      this.isHandedOn = false;
      this.close();
      this.moveOn({ class: 'connect', message: `no worker listens on pool '${pool}'` }, null);
    };
    handOn(ports, pool, { envelope, slip: this.withSpent(), body, onNobody });
    // The callback needs this request for one round trip; after that it is somebody else's.
    this.isHandedOn = true;
    this.timer = setTimeout(() => this.request.finish(), HANDED_ON_MS);
  }
}
