import {
  type CancelReason,
  decodeEnvelope,
  decodeStreamControl,
  type Envelope,
  FrameBatch,
  type RoutingSlip,
  type SealedEnvelope,
} from '@gateway/contracts';
import type { GatewayError } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import { ActiveRuns } from './active-runs';
import { BodyCollector } from './body-collector';
import { RequestRun } from './request-run';
import type { WorkerPorts } from './worker-ports';

/** NATS queue group of all workers. */
const QUEUE = 'worker';
/** NATS away for longer than this: its clients have given up on us, so only the bills matter. */
const DETACH_AFTER_MS = 2_000;
const DETACH_CHECK_MS = 500;

export interface IntakeOptions {
  /** `*` alone is all pools. */
  readonly pools: readonly string[];
  readonly logger: Logger;
}

/** Takes envelopes from the pools, runs them, and passes on what edges say about them. */
export class WorkerIntake {
  private readonly active = new ActiveRuns();
  private readonly bodies = new BodyCollector();
  private readonly takers: (() => Promise<void>)[] = [];
  private readonly others: (() => void)[] = [];
  private readonly watchdog: NodeJS.Timeout;
  private disconnectedSinceMs: number | null = null;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly options: IntakeOptions,
  ) {
    this.watchdog = setInterval(() => this.watchConnection(), DETACH_CHECK_MS);
    this.watchdog.unref();
  }

  get running(): number {
    return this.active.size;
  }

  /** Listens for control first: a credit or cancel must never find nobody. */
  async start(): Promise<void> {
    const { bus, lines, workerId } = this.ports;
    lines.listen((edge, token, bytes) => this.onControl(`${edge}.${token}`, bytes));
    this.others.push(
      bus.subscribe(bus.subjects.controlAny(workerId), (bytes, subject) =>
        this.onControl(lastTwoTokens(subject), bytes),
      ),
      bus.subscribe(bus.subjects.cancel, (bytes) => this.onCancel(bytes)),
      bus.subscribe(bus.subjects.invokeWorker(workerId), (bytes) => this.onEnvelope(bytes)),
    );
    const subjects = this.options.pools.includes('*')
      ? [bus.subjects.invokeAny]
      : this.options.pools.map((pool) => bus.subjects.invoke(pool));
    for (const subject of subjects) {
      this.takers.push(bus.serve(subject, QUEUE, (bytes) => this.onEnvelope(bytes)));
    }
    await bus.flush();
  }

  /** Takes nothing more, lets running requests finish, cancels what is left after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    await Promise.all(this.takers.map((stop) => stop()));
    if (!(await this.active.idle(timeoutMs))) {
      this.options.logger.warn({ requests: this.active.size }, 'drain time is over; cancelling what still runs');
      this.active.cancelAll('shutdown');
    }
    for (const stop of this.others) stop();
    clearInterval(this.watchdog);
    this.active.close();
  }

  private onEnvelope(bytes: Uint8Array): void {
    const sealed = decodeEnvelope(bytes);
    const { envelope } = sealed;
    const key = `${envelope.edge}.${envelope.token}`;
    // Past this moment the edge has given the request to somebody else: running it too would bill it twice.
    if (Date.now() > envelope.handoverByUnixMs || this.active.wasCancelled(key)) return;
    if (!hasSlip(envelope)) {
      this.options.logger.error({ request_id: envelope.requestId }, 'an envelope without a routing slip');
      return;
    }
    if (envelope.bodyBytes === undefined) this.run(key, envelope, sealed.body);
    else this.askForBody(key, envelope, envelope.bodyBytes);
  }

  private run(key: string, envelope: Envelope & { readonly slip: RoutingSlip }, body: Uint8Array): void {
    const run = new RequestRun(this.ports, envelope, body, () => this.active.remove(key));
    this.active.add(key, run);
    try {
      run.start();
    } catch (error) {
      this.options.logger.error({ error, request_id: envelope.requestId }, 'cannot run a request');
      this.active.remove(key);
      this.refuse(envelope, { code: 'internal_error', message: 'the gateway could not run this request' });
    }
  }

  /**
   * The edge kept the body: it goes to the one worker that asks, and the request begins when all of it is here. It is
   * fetched from the edge itself, and over NATS when that does not work.
   */
  private askForBody(key: string, envelope: Envelope & { readonly slip: RoutingSlip }, bodyBytes: number): void {
    this.bodies.expect(key, bodyBytes, (body) => {
      if (!this.active.wasCancelled(key)) this.run(key, envelope, body);
    });
    if (envelope.bodyOffer === undefined) {
      this.askOverNats(envelope);
      return;
    }
    this.ports.bodies.fetch(envelope.bodyOffer, bodyBytes, (body) => {
      if (!this.bodies.isExpected(key)) return;
      if (body === null) this.askOverNats(envelope);
      else this.bodies.whole(key, body);
    });
  }

  private askOverNats(envelope: Envelope): void {
    const batch = new FrameBatch();
    batch.heartbeat({ worker: this.ports.workerId, attempt: 0, deployment: '', wantsBody: true });
    this.ports.bus.publishFrames(this.ports.bus.subjects.reply(envelope.edge, envelope.token), batch.take());
  }

  private refuse(envelope: SealedEnvelope['envelope'], error: GatewayError): void {
    const batch = new FrameBatch();
    batch.error({ error, attempts: 0 });
    this.ports.bus.publishFrames(this.ports.bus.subjects.reply(envelope.edge, envelope.token), batch.take());
  }

  private onControl(key: string, bytes: Uint8Array): void {
    const control = decodeStreamControl(bytes);
    switch (control.type) {
      case 'credit':
        this.active.get(key)?.credit(control.consumedBytes, control.consumedMessages);
        break;
      case 'body':
        this.bodies.piece(key, control.offset, control.bytes);
        break;
      case 'cancel':
        this.bodies.drop(key);
        this.active.cancel(key, control.reason, false);
        break;
    }
  }

  private onCancel(bytes: Uint8Array): void {
    const { key, reason } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { key: string; reason: CancelReason };
    this.bodies.drop(key);
    this.active.cancel(key, reason, true);
  }

  private watchConnection(): void {
    if (this.ports.bus.isConnected) {
      this.disconnectedSinceMs = null;
      return;
    }
    this.disconnectedSinceMs ??= performance.now();
    if (performance.now() - this.disconnectedSinceMs > DETACH_AFTER_MS) this.active.detachAll();
  }
}

function hasSlip(envelope: Envelope): envelope is Envelope & { readonly slip: RoutingSlip } {
  return envelope.slip !== undefined;
}

/** `<edge>.<token>` of a control subject. */
function lastTwoTokens(subject: string): string {
  return subject.slice(subject.lastIndexOf('.', subject.lastIndexOf('.') - 1) + 1);
}
