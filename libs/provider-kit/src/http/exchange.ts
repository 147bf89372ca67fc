import type { ProviderFailure } from '@gateway/domain';
import type { Dispatcher } from 'undici';
import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';
import type { CallTimeouts, ResponseSink, RunningCall } from '../provider-http';
import type { Sweepable } from './call-sweeper';
import type { Connection } from './connection';
import { timeoutFailure, transportFailure } from './transport-failure';

export interface ExchangeOwner {
  /** The exchange needs its connection (null: its place in the queue) no more. A broken one must not be used again. */
  onFree(exchange: Exchange, connection: Connection | null, isBroken: boolean): void;
  /** The sink has heard its last, or will hear nothing. */
  onOver(exchange: Exchange): void;
  /** A sink threw: a bug in our own code, never the provider's fault. */
  onSinkError(error: unknown): void;
}

export interface ExchangeParts {
  readonly call: ProviderCall;
  readonly timeouts: CallTimeouts;
  readonly sink: ResponseSink;
}

/**
 * One request and its response: undici's handler on one side, the sink on the other. Whatever happens, the sink hears
 * at most one of `onEnd` and `onFailure`, and nothing after it or after `abort`.
 */
export class Exchange implements Dispatcher.DispatchHandler, RunningCall, Sweepable {
  /** `ended`: the connection is done with us, but a paused sink has not heard everything yet. */
  private phase: 'waiting' | 'sent' | 'body' | 'ended' | 'over' = 'waiting';
  isSent = false;
  private connection: Connection | null = null;
  private isReused = false;
  private isPaused = false;
  /** What came while paused, in order, and how it ended. */
  private readonly held: Buffer[] = [];
  private ending: ProviderFailure | 'end' | null = null;
  /** Start of the current wait, by `performance.now()`. */
  private sinceMs = performance.now();

  constructor(
    private readonly parts: ExchangeParts,
    private readonly owner: ExchangeOwner,
  ) {}

  runOn(connection: Connection): void {
    this.connection = connection;
    connection.send(this.parts.call, this);
  }

  onRequestStart(): void {
    if (this.phase !== 'waiting') return;
    this.phase = 'sent';
    this.isSent = true;
    this.isReused = this.connection?.noteRequest() ?? false;
    this.sinceMs = performance.now();
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    // 1xx are news about the answer, not the answer.
    if (this.phase !== 'sent' || status < 200) return;
    this.phase = 'body';
    this.sinceMs = performance.now();
    if (this.isPaused) this.connection?.hold();
    this.tell(() => this.parts.sink.onHead({ status, headers: joinRepeated(headers) }));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.phase !== 'body') return;
    this.sinceMs = performance.now();
    if (this.isPaused || this.held.length > 0) this.held.push(chunk);
    else this.deliver(chunk);
  }

  onResponseEnd(): void {
    if (this.phase === 'body') this.end('end');
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.phase === 'ended' || this.phase === 'over') return;
    const failure = transportFailure(error, { phase: this.phase, reusedConnection: this.isReused });
    // Undici reports a call it refuses from inside `dispatch`; the caller has no `RunningCall` yet.
    if (this.phase === 'waiting') queueMicrotask(() => this.end(failure));
    else this.end(failure);
  }

  checkDeadline(nowMs: number): void {
    if (this.phase === 'ended' || this.phase === 'over') return;
    // A paused body is silent because we do not read it.
    if (this.phase === 'body' && this.isPaused) return;
    const limitMs = this.limitMs(this.phase);
    if (nowMs - this.sinceMs >= limitMs) this.breakOff(timeoutFailure(this.phase, limitMs));
  }

  abort(): void {
    if (this.phase !== 'over') this.finish(true);
  }

  /** From here on no data reaches the sink until `resume`, nor an end that comes after data. */
  pause(): void {
    this.isPaused = true;
    // Not before the head: its deadline runs on, so it must be read.
    if (this.phase === 'body') this.connection?.hold();
  }

  /** Takes effect a microtask later: callers may be inside a callback of another response. */
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.sinceMs = performance.now();
    queueMicrotask(() => this.catchUp());
  }

  /** Ends the call at once with a failure and closes its connection. */
  breakOff(failure: ProviderFailure): void {
    if (this.phase === 'over') return;
    this.finish(true);
    this.tell(() => this.parts.sink.onFailure(failure));
  }

  private catchUp(): void {
    let next = 0;
    while (next < this.held.length && this.mayDeliver()) this.deliver(this.held[next++] as Buffer);
    this.held.splice(0, next);
    if (!this.mayDeliver()) return;
    if (this.ending) this.conclude(this.ending);
    else this.connection?.release();
  }

  private mayDeliver(): boolean {
    return !this.isPaused && this.phase !== 'over';
  }

  private deliver(chunk: Buffer): void {
    try {
      this.parts.sink.onData(chunk);
    } catch (error) {
      this.onSinkThrew(error);
    }
  }

  /** The connection has nothing more for us, well or badly. */
  private end(ending: ProviderFailure | 'end'): void {
    if (this.phase === 'ended' || this.phase === 'over') return;
    this.phase = 'ended';
    this.freeConnection(false);
    if (this.isPaused || this.held.length > 0) this.ending = ending;
    else this.conclude(ending);
  }

  private conclude(ending: ProviderFailure | 'end'): void {
    this.finish(false);
    this.tell(() => (ending === 'end' ? this.parts.sink.onEnd() : this.parts.sink.onFailure(ending)));
  }

  private finish(isBroken: boolean): void {
    this.freeConnection(isBroken);
    this.phase = 'over';
    this.held.length = 0;
    this.owner.onOver(this);
  }

  private freeConnection(isBroken: boolean): void {
    const isFreed = this.phase === 'ended' && this.connection === null;
    if (isFreed) return;
    const { connection } = this;
    this.connection = null;
    this.owner.onFree(this, connection, isBroken);
  }

  private limitMs(phase: 'waiting' | 'sent' | 'body'): number {
    const { timeouts } = this.parts;
    if (phase === 'waiting') return timeouts.connectMs;
    return phase === 'sent' ? timeouts.headMs : timeouts.idleMs;
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
    this.breakOff({ class: 'interrupted', message: 'The gateway failed while reading the provider’s answer.' });
  }
}

function joinRepeated(headers: Record<string, string | string[] | undefined>): ProviderResponseHead['headers'] {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
