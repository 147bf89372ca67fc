import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { type GatewayError, loggableErrorReason, type Principal } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import { nativeCodec } from '@gateway/wire-formats';
import type { RawData, WebSocket } from 'ws';
import type { Authentication } from '../../auth/key-authenticator';
import { DRAINING, INTERNAL } from '../../calls/call-endings';
import type { CallIngressPorts } from '../../calls/call-ingress';
import { CLIENT_GONE } from '../../calls/exchange-errors';
import { startCall } from '../../calls/start-call';
import { claimedPriority } from '../../wishes/judge-priority';
import { AnswerKeeper } from './answer-keeper';
import { type ClientFrame, readClientFrame } from './client-frame';
import { CLOSE } from './close-codes';
import { ConversationState } from './conversation-state';
import { type FrameSink, TurnAnswer } from './turn-answer';

export const SOCKET_PATH = '/v1/gateway/ws';

/** Messages that wait for the turn before them. */
const MOST_WAITING = 4;
const MOST_TURNS = 500;
const IDLE_MS = 10 * 60_000;
/** For the other side to say goodbye, too. */
const CLOSING_MS = 2_000;

/** Keys that are refused once will be refused again. */
const LASTING: ReadonlySet<string> = new Set(['missing_api_key', 'invalid_api_key', 'expired_api_key']);

type Message = Extract<ClientFrame, { type: 'message' }>;

export interface OpenedSocket {
  readonly socket: WebSocket;
  /** What the socket is written to. */
  readonly stream: Duplex;
  /** Of the request that opened it: the key, and what they ask of every turn. */
  readonly headers: IncomingHttpHeaders;
}

/** One connection: a conversation, one turn at a time. Each turn is a call like any other, with its own key check, limits and money. */
export class ConversationSocket implements FrameSink {
  private readonly state = new ConversationState();
  private readonly waiting: Message[] = [];
  private running: TurnAnswer | null = null;
  private turns = 0;
  private lastSaidMs = performance.now();
  private isAlive = true;
  private isClosing = false;
  private stallTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ports: CallIngressPorts,
    private readonly opened: OpenedSocket,
  ) {
    const { socket, stream } = opened;
    socket.on('message', (data, isBinary) => this.onMessage(data, isBinary));
    socket.on('pong', () => {
      this.isAlive = true;
    });
    socket.on('close', () => this.onClosed());
    // What is no frame, or too large a one, ws itself has closed the connection for.
    socket.on('error', () => undefined);
    stream.on('drain', () => this.onDrain());
  }

  get isOpen(): boolean {
    return this.opened.socket.readyState === this.opened.socket.OPEN;
  }

  send(frame: string): boolean {
    if (!this.isOpen) return true;
    this.opened.socket.send(frame);
    if (!this.opened.stream.writableNeedDrain) return true;
    this.watchStall();
    return false;
  }

  /** Called now and then: whoever does not answer a ping is gone, and whoever says nothing for long is let go. */
  beat(nowMs: number): void {
    if (!this.isAlive) {
      this.opened.socket.terminate();
      return;
    }
    if (this.running === null && nowMs - this.lastSaidMs > IDLE_MS) this.close(CLOSE.idle, 'nothing was said');
    this.isAlive = false;
    if (this.isOpen) this.opened.socket.ping();
  }

  /** The turn that runs comes to its end; nothing after it. */
  drain(): void {
    if (this.running === null) this.close(CLOSE.goingAway, 'this gateway instance is shutting down');
  }

  private onMessage(data: RawData, isBinary: boolean): void {
    this.isAlive = true;
    this.lastSaidMs = performance.now();
    if (this.isClosing) return;
    if (isBinary) {
      this.close(CLOSE.unsupported, 'messages are text');
      return;
    }
    const read = readClientFrame(data.toString());
    if (!read.ok) this.complain(read.error);
    else if (read.frame.type === 'cancel') this.cancel();
    else this.take(read.frame);
  }

  private take(message: Message): void {
    if (this.running === null) this.startTurn(message);
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(message);
    else this.complain(TOO_MANY_WAITING);
  }

  /** What runs ends here, and what waits is not begun. */
  private cancel(): void {
    this.waiting.length = 0;
    const { running } = this;
    if (running === null) return;
    this.tell(this.turns, { ...CLIENT_GONE, message: 'The client cancelled it.' });
    running.leave();
  }

  private startTurn(message: Message): void {
    this.turns += 1;
    if (this.turns > MOST_TURNS) {
      this.close(CLOSE.tooLong, `a conversation has at most ${MOST_TURNS} turns`);
      return;
    }
    const turn = this.turns;
    const keeper = new AnswerKeeper();
    const proposed = this.state.propose(message);
    const answer = new TurnAnswer(this, turn, (isWhole) => {
      if (isWhole && keeper.message !== null) proposed.keep(keeper.message);
      this.onTurnOver();
    });
    this.running = answer;
    const call = {
      turn,
      answer,
      keeper,
      body: proposed.body,
      startedMs: performance.now(),
      receivedAtUnixMs: Date.now(),
    };
    const known = this.ports.authenticator.authenticate(this.opened.headers);
    if (!(known instanceof Promise)) {
      this.onAuthenticated(call, known);
      return;
    }
    known.then(
      (result) => this.onAuthenticated(call, result),
      () => this.onAuthenticated(call, { ok: false, error: INTERNAL }),
    );
  }

  private onAuthenticated(turn: Turn, result: Authentication): void {
    if (turn.answer.isGone) return;
    const requestId = newRequestId();
    if (!result.ok) {
      this.refuse(turn, requestId, result.error);
      if (LASTING.has(result.error.code)) this.close(CLOSE.notAllowed, result.error.code);
      return;
    }
    const { headers } = this.opened;
    const { principal } = result;
    const shed = this.ports.overload.refuse(claimedPriority(headers, principal), principal.keyHash);
    if (shed) this.refuse(turn, requestId, shed);
    else this.call(turn, requestId, principal);
  }

  private call(turn: Turn, requestId: string, principal: Principal): void {
    const { answer, keeper, body, startedMs, receivedAtUnixMs } = turn;
    const { headers } = this.opened;
    const state = this.ports.state();
    if (state === null) {
      this.refuse(turn, requestId, INTERNAL);
      return;
    }
    const span = this.ports.tracing.startSpan(`WS ${SOCKET_PATH}`, { kind: 'server' });
    startCall(this.ports, {
      route: { codec: keeper.codec, template: SOCKET_PATH },
      ...{ headers, requestId, startedMs, receivedAtUnixMs, span, body, principal, state },
      caller: {
        isGone: () => answer.isGone,
        refuse: (error) => {
          span.setError(error.code, loggableErrorReason(error));
          span.end();
          this.refuse(turn, requestId, error);
        },
        answerTo: () => answer,
      },
    });
  }

  private refuse({ answer }: Turn, requestId: string, error: GatewayError): void {
    this.ports.observe.refused(error);
    answer.error(error, JSON.stringify(nativeCodec.encodeError(error, requestId)));
  }

  private onTurnOver(): void {
    this.running = null;
    this.lastSaidMs = performance.now();
    if (this.ports.isDraining()) {
      for (const _ of this.waiting.splice(0)) this.complain(DRAINING);
      this.drain();
      return;
    }
    const next = this.waiting.shift();
    // Later: whoever ended the turn is still at it.
    if (next !== undefined) setImmediate(() => this.takeNext(next));
  }

  private takeNext(next: Message): void {
    if (!this.isOpen || this.isClosing) return;
    if (this.running === null) this.startTurn(next);
    else this.waiting.unshift(next);
  }

  private complain(error: GatewayError): void {
    this.tell(null, error);
  }

  private tell(turn: number | null, error: GatewayError): void {
    const document = JSON.stringify(nativeCodec.encodeError(error, newRequestId()));
    this.send(`{"turn":${turn},${document.slice(1)}`);
  }

  private onDrain(): void {
    clearTimeout(this.stallTimer);
    this.stallTimer = undefined;
    this.running?.drained();
  }

  /** A client that takes nothing for so long is not there. */
  private watchStall(): void {
    const { slowConsumerMs } = this.ports.limits;
    if (slowConsumerMs === 0 || this.stallTimer !== undefined) return;
    this.stallTimer = setTimeout(() => this.opened.socket.terminate(), slowConsumerMs);
  }

  private close(code: number, reason: string): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.opened.socket.close(code, reason);
    setTimeout(() => this.opened.socket.terminate(), CLOSING_MS).unref();
  }

  private onClosed(): void {
    this.isClosing = true;
    this.waiting.length = 0;
    clearTimeout(this.stallTimer);
    this.running?.leave();
  }
}

interface Turn {
  readonly turn: number;
  readonly answer: TurnAnswer;
  readonly keeper: AnswerKeeper;
  readonly body: Buffer;
  readonly startedMs: number;
  readonly receivedAtUnixMs: number;
}

const TOO_MANY_WAITING: GatewayError = {
  code: 'rate_limited',
  message: `${MOST_WAITING} messages wait for the turn before them already. Wait for an answer.`,
};
