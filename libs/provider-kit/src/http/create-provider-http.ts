import type { ProviderCall } from '../chat-adapter';
import type { CallTimeouts, ProviderHttp, ResponseSink, RunningCall } from '../provider-http';
import { CallSweeper } from './call-sweeper';
import { ContinuedCall } from './continued-call';
import { Exchange } from './exchange';
import { OriginPool, type OriginPoolOptions } from './origin-pool';

/** The one method of a logger that is needed here; any logger of `@gateway/telemetry` fits. */
export interface ProviderHttpLogger {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface ProviderHttpOptions {
  /** Calls beyond it wait for a free connection, at most their `connectMs`. */
  readonly connectionsPerOrigin: number;
  /** Calls that may wait so; those beyond fail at once with class `overloaded`. Default: no limit. */
  readonly waitingPerOrigin?: number;
  /** Origins kept open while idle; the longest unused ones are closed first. Default 64. */
  readonly maxIdleOrigins?: number;
  /** Default 20 s: under the 60 s of common load balancers; a shorter `Keep-Alive` of the provider wins. */
  readonly keepAliveMs?: number;
  /** Default 10 s. */
  readonly socketConnectMs?: number;
  /** How late a deadline may be noticed. Default 20 ms. */
  readonly sweepMs?: number;
  readonly logger?: ProviderHttpLogger;
}

const CLOSING = { class: 'connect', message: 'Could not reach the provider: the gateway is shutting down.' } as const;

/**
 * Opens nothing until the first call. `close` fails what is still running, so drain first; a call made after it is
 * refused with a failure of class `connect`.
 */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  return new PooledProviderHttp(options);
}

class PooledProviderHttp implements ProviderHttp {
  /** In order of last use: the first idle one is the one to close. */
  private readonly pools = new Map<string, OriginPool>();
  private readonly sweeper: CallSweeper<Exchange>;
  private readonly poolOptions: OriginPoolOptions;
  private isClosed = false;

  constructor(private readonly options: ProviderHttpOptions) {
    this.sweeper = new CallSweeper(options.sweepMs ?? 20);
    this.poolOptions = {
      connectionsPerOrigin: options.connectionsPerOrigin,
      waitingPerOrigin: options.waitingPerOrigin ?? Number.POSITIVE_INFINITY,
      keepAliveMs: options.keepAliveMs ?? 20_000,
      socketConnectMs: options.socketConnectMs ?? 10_000,
    };
  }

  /** The sink is never called before this returns. @throws TypeError when `call.origin` is not an http(s) origin. */
  call(call: ProviderCall, timeouts: CallTimeouts, sink: ResponseSink): RunningCall {
    const { continuation } = call;
    if (continuation === undefined) return this.exchange(call, timeouts, sink);
    const { continuation: _followed, ...first } = call;
    return new ContinuedCall(this, { call: first, continuation, timeouts, sink }).start();
  }

  private exchange(call: ProviderCall, timeouts: CallTimeouts, sink: ResponseSink): RunningCall {
    const pool = this.poolOf(call.origin);
    const exchange = new Exchange(
      { call, timeouts, sink },
      {
        onFree: (freed, connection, isBroken) => pool.free(freed, connection, isBroken),
        onOver: (over) => this.sweeper.delete(over),
        onSinkError: (error) => this.options.logger?.error({ error }, 'a response sink threw'),
      },
    );
    this.sweeper.add(exchange);
    pool.run(exchange);
    return exchange;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const exchange of this.sweeper.all) exchange.breakOff(CLOSING);
    this.sweeper.stop();
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private poolOf(origin: string): OriginPool {
    let pool = this.pools.get(origin);
    if (pool) {
      if (this.pools.size === 1) return pool;
      this.pools.delete(origin);
    } else {
      pool = new OriginPool(origin, this.poolOptions);
      if (this.isClosed) void pool.destroy();
    }
    this.pools.set(origin, pool);
    this.closeIdleOrigins(pool);
    return pool;
  }

  /** Walks from the longest unused origin; busy ones stay, whatever the limit, and are looked at again later. */
  private closeIdleOrigins(newest: OriginPool): void {
    let excess = this.pools.size - (this.options.maxIdleOrigins ?? 64);
    if (excess <= 0) return;
    for (const [origin, pool] of this.pools) {
      if (excess <= 0) return;
      if (pool === newest || !pool.isIdle) continue;
      this.pools.delete(origin);
      excess--;
      void pool.destroy();
    }
  }
}
