import type { Bus } from '@gateway/bus';
import type { Exchange } from './exchange';

const TICK_MS = 100;

/** The exchanges in flight, by reply token: one subscription and one clock serve them all. */
export class ExchangeRegistry {
  private readonly exchanges = new Map<string, Exchange>();
  private counter = 0;
  private readonly timer: NodeJS.Timeout;
  private unsubscribe: (() => void) | null = null;
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly bus: Bus,
    /** This edge's name in reply subjects; must be new for every process, or old frames would find new exchanges. */
    readonly edge: string,
  ) {
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  get size(): number {
    return this.exchanges.size;
  }

  async start(): Promise<void> {
    this.unsubscribe = this.bus.subscribeFrames(this.bus.subjects.replyAny(this.edge), (bytes, subject) => {
      this.exchanges.get(subject.slice(subject.lastIndexOf('.') + 1))?.onMessage(bytes);
    });
    await this.bus.flush();
  }

  /** A new reply token for this exchange. */
  open(exchange: Exchange): string {
    this.counter += 1;
    const token = this.counter.toString(36);
    this.exchanges.set(token, exchange);
    return token;
  }

  close(token: string): void {
    this.exchanges.delete(token);
    if (this.exchanges.size === 0) for (const wake of this.idleWaiters.splice(0)) wake();
  }

  /** Resolves when nothing is in flight, or after `timeoutMs` with false. */
  async idle(timeoutMs: number): Promise<boolean> {
    if (this.exchanges.size === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.idleWaiters.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  stop(): void {
    clearInterval(this.timer);
    this.unsubscribe?.();
  }

  private tick(): void {
    const nowMs = performance.now();
    for (const exchange of [...this.exchanges.values()]) exchange.tick(nowMs);
  }
}
