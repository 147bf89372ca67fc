import type { ProviderFailure } from '@gateway/domain';
import type { Dispatcher } from 'undici';
import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';
import type { CallTimeouts, ResponseSink, RunningCall } from '../provider-http';
import type { Sweepable } from './call-sweeper';
import { timeoutFailure, transportFailure } from './transport-failure';

/** What an exchange needs from the connections it runs on. */
export interface ExchangeOwner {
  /** True for the request that is written first on a new connection. */
  readonly isConnectionFresh: boolean;
  /** Called once, when the exchange is over in whatever way, before the sink hears of it. */
  onOver(exchange: Exchange): void;
  /** A sink threw: a bug in our own code, never the provider's fault. */
  onSinkError(error: unknown): void;
}

export interface ExchangeParts {
  readonly call: ProviderCall;
  readonly timeouts: CallTimeouts;
  readonly sink: ResponseSink;
}

/** Thrown into undici to make it forget a request it has not written yet; `abort` there would cost a good socket. */
const ABANDONED = Object.assign(new Error('abandoned before it was sent'), { code: 'ABANDONED' });
const STOPPED = Object.assign(new Error('stopped'), { code: 'STOPPED' });

/**
 * One request and its response: undici's handler on one side, the sink on the other. Whatever happens, the sink hears
 * at most one of `onEnd` and `onFailure`, and nothing after it or after `abort`.
 */
export class Exchange implements Dispatcher.DispatchHandler, RunningCall, Sweepable {
  private phase: 'waiting' | 'sent' | 'body' | 'over' = 'waiting';
  private controller: Dispatcher.DispatchController | null = null;
  private isPaused = false;
  private isReused = false;
  /** Start of the current wait, by `performance.now()`. */
  private sinceMs = performance.now();

  constructor(
    readonly parts: ExchangeParts,
    private readonly owner: ExchangeOwner,
  ) {}

  get isOver(): boolean {
    return this.phase === 'over';
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.phase === 'over') throw ABANDONED;
    this.controller = controller;
    if (this.isPaused) controller.pause();
    this.phase = 'sent';
    this.isReused = !this.owner.isConnectionFresh;
    this.sinceMs = performance.now();
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    // 1xx are news about the answer, not the answer.
    if (this.phase !== 'sent' || status < 200) return;
    this.phase = 'body';
    this.sinceMs = performance.now();
    this.tell(() => this.parts.sink.onHead({ status, headers: joinRepeated(headers) }));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.phase !== 'body') return;
    this.sinceMs = performance.now();
    // Not through `tell`: this is the one callback that runs per chunk.
    try {
      this.parts.sink.onData(chunk);
    } catch (error) {
      this.onSinkThrew(error);
    }
  }

  onResponseEnd(): void {
    if (this.phase !== 'body') return;
    this.finish();
    this.tell(() => this.parts.sink.onEnd());
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.phase === 'over') return;
    const failure = transportFailure(error, { phase: this.phase, reusedConnection: this.isReused });
    // Undici reports a call it refuses from inside `dispatch`; the caller has no `RunningCall` yet.
    if (this.phase === 'waiting') queueMicrotask(() => this.fail(failure));
    else this.fail(failure);
  }

  checkDeadline(nowMs: number): void {
    if (this.phase === 'over') return;
    // A paused body is silent because we do not read it.
    if (this.phase === 'body' && this.isPaused) return;
    const limitMs = this.limitMs(this.phase);
    if (nowMs - this.sinceMs < limitMs) return;
    this.failAndStop(timeoutFailure(this.phase, limitMs));
  }

  abort(): void {
    if (this.phase === 'over') return;
    this.finish();
    this.stop();
  }

  pause(): void {
    this.isPaused = true;
    if (this.phase !== 'over') this.controller?.pause();
  }

  /**
   * Later, in a microtask: undici refuses to resume one response from inside the callback of another one. The socket
   * may be serving the next request by then, hence the second look.
   */
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.sinceMs = performance.now();
    queueMicrotask(() => {
      if (!this.isPaused && this.phase !== 'over') this.controller?.resume();
    });
  }

  /** Ends the exchange with a failure, unless it is over. */
  fail(failure: ProviderFailure): void {
    if (this.phase === 'over') return;
    this.finish();
    this.tell(() => this.parts.sink.onFailure(failure));
  }

  /** As `fail`, and closes the connection. */
  failAndStop(failure: ProviderFailure): void {
    if (this.phase === 'over') return;
    this.fail(failure);
    this.stop();
  }

  private limitMs(phase: 'waiting' | 'sent' | 'body'): number {
    const { timeouts } = this.parts;
    if (phase === 'waiting') return timeouts.connectMs;
    return phase === 'sent' ? timeouts.headMs : timeouts.idleMs;
  }

  private finish(): void {
    this.phase = 'over';
    this.owner.onOver(this);
  }

  private stop(): void {
    this.controller?.abort(STOPPED);
  }

  private tell(report: () => void): void {
    try {
      report();
    } catch (error) {
      this.onSinkThrew(error);
    }
  }

  /** Undici would turn the throw into an error of the response, or into an `error` event that ends the process. */
  private onSinkThrew(error: unknown): void {
    this.owner.onSinkError(error);
    this.failAndStop({ class: 'interrupted', message: 'The gateway failed while reading the provider’s answer.' });
  }
}

function joinRepeated(headers: Record<string, string | string[] | undefined>): ProviderResponseHead['headers'] {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
