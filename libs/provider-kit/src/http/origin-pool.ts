import { type ProviderFailure, ShortLivedMap } from '@gateway/domain';
import { Connection, type ConnectionOptions } from './connection';
import type { Exchange } from './exchange';

export interface OriginPoolOptions extends ConnectionOptions {
  readonly connectionsPerOrigin: number;
  /** Calls that may wait for a connection. */
  readonly waitingPerOrigin: number;
}

/** Nobody was asked: what waits already would use up the time of whatever came after it. */
const CROWDED: ProviderFailure = {
  class: 'overloaded',
  message: 'Every connection of the gateway to this provider is in use, and as many calls as may wait are waiting.',
  retryAfterMs: 1_000,
};

/** The connections to one origin and the calls that wait for one, first come, first served. */
export class OriginPool {
  private readonly connections = new Set<Connection>();
  /** Used like a stack, so that what is not needed grows old and is closed. */
  private readonly idle: Connection[] = [];
  private readonly waiting = new ShortLivedMap<Exchange, Exchange>();
  private isDestroyed = false;

  constructor(
    private readonly origin: string,
    private readonly options: OriginPoolOptions,
  ) {}

  get isIdle(): boolean {
    return this.idle.length === this.connections.size && this.waiting.size === 0;
  }

  /** Sends the call on a free connection, or keeps it until there is one. */
  run(exchange: Exchange): void {
    const connection = this.idle.pop() ?? this.open();
    if (connection) exchange.runOn(connection);
    else if (this.waiting.size < this.options.waitingPerOrigin) this.waiting.set(exchange, exchange);
    // The caller has no `RunningCall` yet.
    else queueMicrotask(() => exchange.breakOff(CROWDED));
  }

  /** Takes a connection back; a broken one is closed and makes room for a new one. */
  free(exchange: Exchange, connection: Connection | null, isBroken: boolean): void {
    if (connection === null) {
      this.waiting.delete(exchange);
      return;
    }
    if (isBroken || this.isDestroyed) {
      this.connections.delete(connection);
      void connection.destroy();
    } else {
      connection.release();
      this.idle.push(connection);
    }
    // Not at once: undici is still busy with the answer that ended here.
    if (this.waiting.size > 0) queueMicrotask(() => this.runWaiting());
  }

  async destroy(): Promise<void> {
    this.isDestroyed = true;
    await Promise.all([...this.connections].map((connection) => connection.destroy()));
  }

  private runWaiting(): void {
    for (const next of this.waiting.values()) {
      if (this.idle.length === 0 && this.connections.size >= this.options.connectionsPerOrigin) return;
      // One that ran before it may have taken it out.
      if (this.waiting.delete(next)) this.run(next);
    }
  }

  private open(): Connection | null {
    if (this.connections.size >= this.options.connectionsPerOrigin) return null;
    const connection = new Connection(this.origin, this.options);
    this.connections.add(connection);
    // A destroyed connection refuses every call, which is what a call after `close` must meet.
    if (this.isDestroyed) void connection.destroy();
    return connection;
  }
}
