import {
  BODY_PIECE_BYTES,
  type CancelReason,
  decodeFrames,
  type Envelope,
  type ErrorFrame,
  encodeEnvelope,
  encodeStreamControl,
  type Frame,
  type HeartbeatFrame,
  INLINE_BODY_BYTES,
  type StartFrame,
} from '@gateway/contracts';
import { type GatewayError, httpStatusOf } from '@gateway/domain';
import { type GatewaySpan, preciseUnixMs } from '@gateway/telemetry';
import type { ChatWireCodec } from '@gateway/wire-formats';
import {
  type AnswerWriter,
  EncodingBodyWriter,
  EncodingStreamWriter,
  PassthroughBodyWriter,
  PassthroughStreamWriter,
} from './answer-writer';
import type { ClientResponse, ResponseHeaders } from './client-response';
import { CreditAccount } from './credit-account';
import { errorHeaders, headerText } from './error-headers';
import type { ExchangePorts, LostAttempt } from './exchange-ports';
import { FrameOrder } from './frame-order';

/** A request that was let in: everything an envelope needs except its reply token. */
export interface AdmittedRequest {
  readonly envelope: Omit<Envelope, 'token' | 'dispatch' | 'handoverByUnixMs'>;
  readonly body: Uint8Array;
  readonly codec: ChatWireCodec;
  /** By the monotonic clock, when the first byte was read. */
  readonly startedMs: number;
  readonly span: GatewaySpan;
}

/** How an exchange ended, for metrics, spans and the access log. */
export interface ExchangeEnd {
  readonly httpStatus: number;
  readonly error: GatewayError | null;
  readonly clientGone: boolean;
  readonly start: StartFrame | null;
  readonly overheadMs: number | null;
}

/** Hand-overs after the first one, when a worker was lost before it said anything of the answer. */
const MAX_REDISPATCHES = 2;
const KEEP_ALIVE_MS = 15_000;

/** One client request from hand-over to last byte. */
export class Exchange {
  private dispatchNumber = 0;
  private token: string | null = null;
  private order = new FrameOrder();
  private credit = new CreditAccount();
  private writer: AnswerWriter | null = null;
  private start: StartFrame | null = null;
  private worker: string | null = null;
  /** The provider call in flight, as far as its worker has told. */
  private running: Omit<LostAttempt, 'answerBytes' | 'answerParts' | 'startedMs' | 'firstByteUnixMs'> | null = null;
  private lastHeardMs = 0;
  private answerBytes = 0;
  private answerParts = 0;
  private firstByteUnixMs: number | null = null;
  private overheadMs: number | null = null;
  private over = false;

  constructor(
    private readonly ports: ExchangePorts,
    private readonly request: AdmittedRequest,
    private readonly client: ClientResponse,
  ) {
    ports.observe.began();
    client.onGone(() => this.onClientGone());
    client.onDrain(() => {
      if (this.credit.drained()) this.grant();
    });
  }

  /** Hands the request to a router. */
  dispatch(): void {
    const { ports, request } = this;
    // Nothing of an answer that was lost before the client had a byte of it counts for the next one.
    this.order = new FrameOrder();
    this.credit = new CreditAccount();
    this.start = null;
    this.writer = null;
    this.answerBytes = 0;
    this.answerParts = 0;
    this.worker = null;
    this.running = null;
    this.lastHeardMs = performance.now();
    this.token = ports.registry.open(this);
    const staysHere = request.body.length > INLINE_BODY_BYTES;
    const envelope: Envelope = {
      ...request.envelope,
      ...(staysHere && { bodyBytes: request.body.length }),
      token: this.token,
      dispatch: this.dispatchNumber,
      handoverByUnixMs: Math.min(Date.now() + ports.limits.handoverMs, request.envelope.deadlineUnixMs),
      handedAtUnixMs: preciseUnixMs(),
    };
    ports.observe.handed(request);
    ports.bus.handTo(ports.bus.subjects.route, encodeEnvelope(envelope, staysHere ? NO_BODY : request.body), () => {
      if (!this.over) this.fail(NO_ROUTER);
    });
  }

  /** A message of frames arrived for the present token. */
  onMessage(bytes: Uint8Array): void {
    if (this.over) return;
    this.lastHeardMs = performance.now();
    let frames: Frame[];
    try {
      frames = decodeFrames(bytes);
    } catch {
      this.broken('a message of the answer was damaged');
      return;
    }
    const { token } = this;
    const taken = this.onFrames(frames);
    // After another hand-over these bytes are nobody's.
    if (!this.over && token === this.token && this.credit.received(bytes.length, taken)) this.grant();
  }

  /** True when the client's socket took all of it. */
  private onFrames(frames: readonly Frame[]): boolean {
    let taken = true;
    for (const frame of frames) {
      if (this.order.check(frame) === 'gap') {
        this.broken('a part of the answer was lost on the way');
        return taken;
      }
      try {
        taken = this.onFrame(frame) && taken;
      } catch (error) {
        this.ports.observe.unreadable(this.request.envelope, error);
        // Going on after a frame that nobody could read would be an answer with a hole in it.
        this.lost('a part of the answer could not be read', INTERRUPTED);
      }
      if (this.over) return taken;
    }
    return taken;
  }

  /** Called every 100 ms. */
  tick(nowMs: number): void {
    if (this.over) return;
    if (this.client.isAbandoned) {
      this.onClientGone();
      return;
    }
    if (Date.now() > this.request.envelope.deadlineUnixMs + this.ports.limits.silenceMs) {
      this.lost('the request ran out of time', TIMED_OUT);
      return;
    }
    const heardOf = this.worker !== null;
    const patienceMs = heardOf ? this.ports.limits.silenceMs : this.ports.limits.handoverMs + SLACK_MS;
    if (nowMs - this.lastHeardMs > patienceMs) this.onSilence();
    else if (this.start && this.writer && this.request.envelope.summary.stream) this.keepAlive(nowMs);
  }

  // ---- frames -------------------------------------------------------------------------------------------------------

  private onFrame(frame: Frame): boolean {
    switch (frame.type) {
      case 'heartbeat':
        this.onHeartbeat(frame.heartbeat);
        return true;
      case 'start':
        this.onStart(frame.start);
        return true;
      case 'part':
        this.answerBytes += frame.bytes.length;
        this.answerParts += 1;
        return this.writer?.part(frame.bytes) ?? true;
      case 'end':
        this.writer?.end();
        this.finish({ httpStatus: 200, error: null, clientGone: false });
        return true;
      case 'error':
        this.onErrorFrame(frame.error);
        return true;
    }
  }

  private onHeartbeat(heartbeat: HeartbeatFrame): void {
    this.worker = heartbeat.worker;
    if (heartbeat.attempt > 0) this.running = heartbeat;
    if (heartbeat.wantsBody) this.sendBody(heartbeat.worker);
    // A quiet worker may be out of credit. What it was told may have been lost; and while the client is slow, hearing
    // the old figures again is how the worker knows that we are still here.
    if (this.start !== null) this.grant();
  }

  /** A large body goes straight to the worker that took the request, past the router. */
  private sendBody(worker: string): void {
    const { bus, registry } = this.ports;
    const { body } = this.request;
    for (let offset = 0; offset < body.length; offset += BODY_PIECE_BYTES) {
      const bytes = body.subarray(offset, offset + BODY_PIECE_BYTES);
      bus.publish(
        bus.subjects.control(worker, registry.edge, this.token ?? ''),
        encodeStreamControl({ type: 'body', offset, bytes }),
      );
    }
  }

  private onStart(start: StartFrame): void {
    this.start = start;
    this.worker = start.worker;
    if (start.attempt !== undefined) this.running = { ...start, attempt: start.attempt };
    this.firstByteUnixMs = Date.now();
    this.ports.observe.answering(start);
    this.overheadMs = Math.max(0, performance.now() - this.request.startedMs - start.upstreamMs);
    this.writer = this.createWriter(start);
    this.writer.begin(this.headers(start));
  }

  private onErrorFrame({ error, attempts, deployment }: ErrorFrame): void {
    if (this.start === null) this.answerError(error, { attempts, ...(deployment !== undefined && { deployment }) });
    else this.endWithError(error);
    // The worker (or the router, which has no books) ended it; only a router's refusal is still to be booked.
    this.finish({ httpStatus: httpStatusOf(error), error, clientGone: false });
    if (attempts === 0)
      this.ports.book.request(this.request.envelope, { error, firstByteUnixMs: this.firstByteUnixMs });
  }

  // ---- what can go wrong --------------------------------------------------------------------------------------------

  private onSilence(): void {
    this.broken('the worker that was answering stopped');
  }

  /** The answer is lost. As long as the client has no byte of it, another worker may give a whole one. */
  private broken(why: string): void {
    if (this.client.hasBegun) this.lost(why, INTERRUPTED);
    else this.handOverAgain();
  }

  private handOverAgain(): void {
    this.bookLostAttempt();
    this.cancelWorker('superseded');
    if (this.token !== null) this.ports.registry.close(this.token);
    if (this.dispatchNumber >= MAX_REDISPATCHES || !this.ports.bus.isConnected) {
      this.fail(this.ports.bus.isConnected ? NO_ANSWER : NO_BUS);
      return;
    }
    this.dispatchNumber += 1;
    this.ports.observe.redispatched(this.request.envelope, this.dispatchNumber);
    this.dispatch();
  }

  /** The answer will not come to its end: exactly one error in the client's dialect, and the books. */
  private lost(why: string, error: GatewayError): void {
    if (this.over) return;
    this.bookLostAttempt();
    this.cancelWorker('gap');
    this.fail({ ...error, message: `${error.message}: ${why}` });
  }

  private fail(error: GatewayError): void {
    if (this.over) return;
    if (this.start === null) this.answerError(error, { attempts: this.running ? 1 : 0 });
    else this.endWithError(error);
    this.ports.book.request(this.request.envelope, { error, firstByteUnixMs: this.firstByteUnixMs });
    this.finish({ httpStatus: httpStatusOf(error), error, clientGone: false });
  }

  private onClientGone(): void {
    if (this.over) return;
    // The worker may be dead already, unnoticed so far; its own word replaces this.
    this.bookLostAttempt();
    this.cancelWorker('client-gone');
    // The worker books it too; the edge's word makes sure that there is one even if no worker ever had it.
    this.ports.book.request(this.request.envelope, { error: CLIENT_GONE, firstByteUnixMs: this.firstByteUnixMs });
    this.finish({ httpStatus: 499, error: CLIENT_GONE, clientGone: true });
  }

  private cancelWorker(reason: CancelReason): void {
    const { bus, registry } = this.ports;
    if (this.token === null) return;
    if (this.worker !== null) {
      bus.publish(
        bus.subjects.control(this.worker, registry.edge, this.token),
        encodeStreamControl({ type: 'cancel', reason }),
      );
    } else {
      bus.publish(bus.subjects.cancel, Buffer.from(JSON.stringify({ key: `${registry.edge}.${this.token}`, reason })));
    }
  }

  private bookLostAttempt(): void {
    if (this.running === null) return;
    const { attempt, deployment, providerModel } = this.running;
    this.ports.book.lostAttempt(this.request.envelope, {
      attempt,
      deployment,
      ...(providerModel !== undefined && { providerModel }),
      answerBytes: this.answerBytes,
      answerParts: this.answerParts,
      startedMs: this.request.startedMs,
      firstByteUnixMs: this.firstByteUnixMs,
    });
  }

  // ---- writing ------------------------------------------------------------------------------------------------------

  private createWriter(start: StartFrame): AnswerWriter {
    const { codec, envelope } = this.request;
    const input = {
      codec,
      client: this.client,
      context: { model: envelope.summary.model, wantsUsage: envelope.wantsUsage },
    };
    if (start.encoding === 'passthrough') {
      return envelope.summary.stream ? new PassthroughStreamWriter(input) : new PassthroughBodyWriter(input);
    }
    return envelope.summary.stream ? new EncodingStreamWriter(input) : new EncodingBodyWriter(input);
  }

  private headers(start: StartFrame): ResponseHeaders {
    return {
      'x-request-id': this.request.envelope.requestId,
      'x-gateway-deployment': headerText(start.deployment),
      'x-gateway-attempts': start.attempts,
      'x-gateway-overhead-ms': (this.overheadMs ?? 0).toFixed(2),
    };
  }

  private answerError(error: GatewayError, made: { attempts: number; deployment?: string }): void {
    const { requestId } = this.request.envelope;
    this.client.error(error, JSON.stringify(this.request.codec.encodeError(error, requestId)), {
      ...errorHeaders(error, requestId),
      'x-gateway-attempts': made.attempts,
      'x-gateway-overhead-ms': (performance.now() - this.request.startedMs).toFixed(2),
      ...(made.deployment !== undefined && { 'x-gateway-deployment': headerText(made.deployment) }),
    });
  }

  /** Streams get their terminal error and never a success terminator; a whole answer has not been written yet. */
  private endWithError(error: GatewayError): void {
    const { codec, envelope } = this.request;
    if (!envelope.summary.stream) {
      this.answerError(error, { attempts: this.start?.attempts ?? 0 });
      return;
    }
    this.client.endStream(codec.encodeStreamError(error, envelope.requestId));
  }

  private keepAlive(nowMs: number): void {
    if (nowMs - this.client.lastWriteMs > KEEP_ALIVE_MS && !this.credit.isStalled) {
      this.client.write(this.request.codec.keepAlive);
    }
  }

  private grant(): void {
    if (this.worker === null || this.token === null || this.over) return;
    const { bus, registry } = this.ports;
    bus.publish(
      bus.subjects.control(this.worker, registry.edge, this.token),
      encodeStreamControl({ type: 'credit', ...this.credit.take() }),
    );
  }

  private finish(end: Pick<ExchangeEnd, 'httpStatus' | 'error' | 'clientGone'>): void {
    if (this.over) return;
    this.over = true;
    if (this.token !== null) this.ports.registry.close(this.token);
    this.ports.observe.ended(this.request, { ...end, start: this.start, overheadMs: this.overheadMs });
  }
}

const NO_BODY = new Uint8Array(0);

/** On top of the hand-over time, for the first heartbeat to travel. */
const SLACK_MS = 500;

const NO_ROUTER: GatewayError = {
  code: 'service_unavailable',
  message: 'No router is running. Try again shortly.',
  retryAfterMs: 1_000,
};
const NO_BUS: GatewayError = {
  code: 'service_unavailable',
  message: 'The gateway has lost its message bus. Try again shortly.',
  retryAfterMs: 1_000,
};
const NO_ANSWER: GatewayError = {
  code: 'service_unavailable',
  message: 'No provider worker answered. Try again shortly.',
  retryAfterMs: 1_000,
};
const TIMED_OUT: GatewayError = { code: 'provider_timeout', message: 'The answer did not come in time' };
const INTERRUPTED: GatewayError = { code: 'stream_interrupted', message: 'The answer was interrupted' };
const CLIENT_GONE: GatewayError = { code: 'client_closed_request', message: 'The client closed the connection.' };
