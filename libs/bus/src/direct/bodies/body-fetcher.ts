import type { BodyOffer } from '@gateway/contracts';
import type { Logger } from '@gateway/telemetry';
import { AvoidedAddresses } from '../avoided-addresses';
import { readAddress } from '../direct-address';
import { readDirectSecret } from '../direct-secret';
import { BodyConnection, type OnFetched } from './body-connection';

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
  private readonly avoided: AvoidedAddresses;

  constructor(private readonly options: BodyFetcherOptions) {
    this.avoided = new AvoidedAddresses(options.nowMs ?? (() => performance.now()));
  }

  /**
   * Calls `onFetched` once: with the body, or with null when it does not come this way, and then it is still to be had
   * over NATS. Never before this returns.
   */
  fetch(offer: BodyOffer, bodyBytes: number, onFetched: OnFetched): void {
    const secret = readDirectSecret(offer.secret);
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
    const where = readAddress(address);
    if (where === null || this.avoided.isAvoided(address)) return null;
    const connection = new BodyConnection(where, {
      worker: this.options.worker,
      patienceMs: this.options.patienceMs ?? PATIENCE_MS,
      onOver: (isTrusted) => {
        this.connections.delete(address);
        if (!isTrusted) this.avoided.avoid(address);
      },
    });
    this.connections.set(address, connection);
    return connection;
  }
}
