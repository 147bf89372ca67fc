import { Pool } from 'undici';
import type { Exchange, ExchangeOwner } from './exchange';

export interface OriginPoolOptions {
  readonly connectionsPerOrigin: number;
  /** How long an idle connection is kept, unless the provider announces less. */
  readonly keepAliveMs: number;
  /** Bounds the opening of one socket; a call's own `connectMs` bounds its waiting, queue included. */
  readonly socketConnectMs: number;
}

export interface OriginPoolListener {
  onOver(exchange: Exchange): void;
  onSinkError(error: unknown): void;
}

/**
 * The connections to one origin and the calls that wait for one. The queue is ours, not undici's, because undici
 * cannot forget a queued request: its body would stay in memory until a connection gets free.
 */
export class OriginPool implements ExchangeOwner {
  private readonly pool: Pool;
  private readonly waiting = new Set<Exchange>();
  private runningCount = 0;
  private isFresh = false;

  constructor(
    readonly origin: string,
    private readonly options: OriginPoolOptions,
    private readonly listener: OriginPoolListener,
  ) {
    this.pool = new Pool(origin, {
      connections: options.connectionsPerOrigin,
      pipelining: 1,
      keepAliveTimeout: options.keepAliveMs,
      // Deadlines are kept by the sweeper, for all calls with one timer.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.socketConnectMs, noDelay: true },
    });
    // Undici writes the first request right after this event, in the same turn.
    this.pool.on('connect', () => {
      this.isFresh = true;
      queueMicrotask(() => {
        this.isFresh = false;
      });
    });
  }

  get isConnectionFresh(): boolean {
    return this.isFresh;
  }

  get isIdle(): boolean {
    return this.runningCount === 0 && this.waiting.size === 0;
  }

  run(exchange: Exchange): void {
    if (this.runningCount >= this.options.connectionsPerOrigin) {
      this.waiting.add(exchange);
      return;
    }
    this.runningCount++;
    const { path, method, headers, body } = exchange.parts.call;
    this.pool.dispatch({ path, method, headers: headers as Record<string, string>, body }, exchange);
  }

  /** Gives the place of the finished exchange to the next one. */
  onOver(exchange: Exchange): void {
    this.listener.onOver(exchange);
    if (this.waiting.delete(exchange)) return;
    this.runningCount--;
    if (this.waiting.size > 0) queueMicrotask(() => this.runNext());
  }

  onSinkError(error: unknown): void {
    this.listener.onSinkError(error);
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }

  private runNext(): void {
    for (const next of this.waiting) {
      if (this.runningCount >= this.options.connectionsPerOrigin) return;
      this.waiting.delete(next);
      this.run(next);
    }
  }
}
