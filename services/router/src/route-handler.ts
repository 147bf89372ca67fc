import type { Bus } from '@gateway/bus';
import { decodeEnvelope, type Envelope, FrameBatch, type RoutingSlip, replaceSlip } from '@gateway/contracts';
import type { GatewayError } from '@gateway/domain';
import type { Considered, LiveBoard } from '@gateway/routing';
import { decideRoute, type RoutingState } from './decide-route';
import type { RouterObserver } from './router-observer';

export interface RouteHandlerPorts {
  readonly bus: Bus;
  /** Of this version, where it is known, else of the one in force; null until the first configuration. */
  state(version: string): RoutingState | null;
  /** How the deployments fare; hears of each call that is sent to one. */
  readonly live: Pick<LiveBoard, 'assigned' | 'view'>;
  /** A worker of a pool by name, another one for each turn; undefined when none is known. */
  workerOf(pool: string, turn: number): string | undefined;
  readonly observe: RouterObserver;
}

/** Receives envelopes, attaches a slip, hands them to the pool of the first step that has a worker. */
export class RouteHandler {
  constructor(private readonly ports: RouteHandlerPorts) {}

  handle(bytes: Uint8Array): void {
    const startedMs = performance.now();
    const { envelope } = decodeEnvelope(bytes);
    try {
      this.route(bytes, envelope, startedMs);
    } catch (error) {
      // A mistake of ours: another router would make it, too, and the client is not to wait for that.
      this.refuse(envelope, UNPLANNABLE);
      this.ports.observe.unplannable(envelope, error);
    }
  }

  private route(bytes: Uint8Array, envelope: Envelope, startedMs: number): void {
    // Somebody else has it by now: the edge hands a request over again when it hears nothing in time.
    if (Date.now() > envelope.handoverByUnixMs) return;
    const state = this.ports.state(envelope.configVersion);
    if (!state) {
      this.refuse(envelope, NOT_CONFIGURED);
      return;
    }
    const { wire, summary, clientAccess, principal } = envelope;
    const question = { wire, summary, clientAccess, keyHash: principal.keyHash };
    const plan = decideRoute(state, this.ports.live.view(startedMs), question);
    if (!plan.ok) {
      this.refuse(envelope, plan.error, plan.considered);
      return;
    }
    const first = plan.slip.steps[plan.slip.cursor];
    // Its worker tells nothing of what a client's own key or address is asked, so that nobody may count it here.
    if (first && clientAccess === undefined) this.ports.live.assigned(first.deployment, startedMs);
    this.hand(envelope, replaceSlip(bytes, plan.slip), plan.slip);
    this.ports.observe.planned(envelope, plan, performance.now() - startedMs);
  }

  /** To the pool of the slip's cursor; when nobody is there, to the next step in another pool; else 503. */
  private hand(envelope: Envelope, message: Uint8Array, slip: RoutingSlip): void {
    const step = slip.steps[slip.cursor];
    if (!step) {
      this.refuse(envelope, NO_WORKER);
      return;
    }
    const { bus } = this.ports;
    const toPool = (): void => this.handToPool(envelope, message, slip);
    // Whoever the queue group chose before did not answer, and it might choose the same one again.
    const named = envelope.dispatch > 0 ? this.ports.workerOf(step.pool, envelope.dispatch - 1) : undefined;
    if (named === undefined) toPool();
    else bus.handTo(bus.subjects.invokeWorker(named), message, toPool);
  }

  private handToPool(envelope: Envelope, message: Uint8Array, slip: RoutingSlip): void {
    const { bus } = this.ports;
    const pool = slip.steps[slip.cursor]?.pool ?? '';
    bus.handTo(bus.subjects.invoke(pool), message, () => {
      const next = slip.steps.findIndex((other, index) => index > slip.cursor && other.pool !== pool);
      this.ports.observe.nobodyOn(envelope, pool);
      if (next < 0) {
        this.refuse(envelope, NO_WORKER);
        return;
      }
      const moved = { ...slip, cursor: next };
      this.hand(envelope, replaceSlip(message, moved), moved);
    });
  }

  private refuse(envelope: Envelope, error: GatewayError, considered?: Considered): void {
    const batch = new FrameBatch();
    batch.error({ error, attempts: 0 });
    this.ports.bus.publishFrames(this.ports.bus.subjects.reply(envelope.edge, envelope.token), batch.take());
    this.ports.observe.refused(envelope, error, considered);
  }
}

const NOT_CONFIGURED: GatewayError = {
  code: 'service_unavailable',
  message: 'The router has no configuration yet.',
  retryAfterMs: 1_000,
};

const UNPLANNABLE: GatewayError = {
  code: 'internal_error',
  message: 'The gateway could not decide who is to serve this request.',
};

const NO_WORKER: GatewayError = {
  code: 'service_unavailable',
  message: 'No provider worker is running for this model.',
  retryAfterMs: 1_000,
};
