import type { BodyOffer } from '@gateway/contracts';
import type { Logger } from '@gateway/telemetry';
import { BodyConnection, type EdgeAddress, type OnFetched } from './body-connection';
import { readBodySecret } from './body-protocol';

/** An address that did not work is left alone for so long; bodies come over NATS meanwhile. */
const AVOID_MS = 30_000;
const PATIENCE_MS = 250;

export interface BodyFetcherOptions {
  /** This worker's name, for the edge. */
  readonly worker: string;
  readonly logger: Logger;
  /** Without a byte for so long the body is left to NATS; the edge gives a worker a second. */
  readonly patienceMs?: number;
  readonly nowMs?: () => number;
}

/** The worker's end of the direct way of large bodies: one connection to each edge, opened when first needed. */
export class BodyFetcher {
  private readonly connections = new Map<string, BodyConnection>();
  private readonly avoidedUntilMs = new Map<string, number>();
  private readonly nowMs: () => number;

  constructor(private readonly options: BodyFetcherOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
  }

  /**
   * Calls `onFetched` once: with the body, or with null when it does not come this way, and then it is still to be had
   * over NATS. Never before this returns.
   */
  fetch(offer: BodyOffer, bodyBytes: number, onFetched: OnFetched): void {
    const secret = readBodySecret(offer.secret);
    const connection = secret === null ? null : this.connectionTo(offer.address);
    const guarded: OnFetched = (body) => this.tell(onFetched, body);
    if (connection === null || secret === null) queueMicrotask(() => guarded(null));
    else connection.ask({ secret, bodyBytes, onFetched: guarded });
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close();
  }

  /** This runs in a socket's callback, where a throw would end the process. */
  private tell(onFetched: OnFetched, body: Buffer | null): void {
    try {
      onFetched(body);
    } catch (error) {
      this.options.logger.error({ error }, 'cannot take a fetched body');
    }
  }

  /** Null for an address that failed lately. */
  private connectionTo(address: string): BodyConnection | null {
    const open = this.connections.get(address);
    if (open) return open;
    const avoidedUntilMs = this.avoidedUntilMs.get(address);
    if (avoidedUntilMs !== undefined && this.nowMs() < avoidedUntilMs) return null;
    const where = readAddress(address);
    if (where === null) return null;
    const connection = new BodyConnection(where, {
      worker: this.options.worker,
      patienceMs: this.options.patienceMs ?? PATIENCE_MS,
      onOver: (isTrusted) => {
        this.connections.delete(address);
        // Edges come and go, and their ports with them: only failures are remembered, and not for ever.
        this.forgetOld();
        if (!isTrusted) this.avoidedUntilMs.set(address, this.nowMs() + AVOID_MS);
      },
    });
    this.connections.set(address, connection);
    return connection;
  }

  private forgetOld(): void {
    const nowMs = this.nowMs();
    for (const [address, untilMs] of this.avoidedUntilMs) if (untilMs <= nowMs) this.avoidedUntilMs.delete(address);
  }
}

/** Null when it is no `host:port`. */
function readAddress(address: string): EdgeAddress | null {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return null;
  return { host, port: Number(port) };
}
