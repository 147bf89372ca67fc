import type { KeysChanged } from '@gateway/contracts';
import type { Logger } from '@gateway/telemetry';
import type { KeyMirrorWriter } from './key-mirror-writer';
import type { KeyStore } from './key-store';
import { mirrorFromRow, type VirtualKeyRow } from './virtual-key-row';

export interface RevocationOutboxParts {
  readonly keys: KeyStore;
  readonly mirror: Pick<KeyMirrorWriter, 'write'>;
  /** Tells every edge; resolves when the message has left, rejects when it cannot. */
  readonly publish: (change: KeysChanged) => Promise<void>;
  readonly logger: Logger;
}

const SWEEP_EVERY_MS = 1_000;
const SWEEP_LIMIT = 500;

/**
 * Makes sure that every revocation reaches Redis (as a tombstone) and the edges (as a message), also when either is away
 * at the moment of the revocation or this process dies right after it: the table remembers what was not announced.
 */
export class RevocationOutbox {
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RevocationOutboxParts) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    }, SWEEP_EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  /**
   * Tombstones first: an edge that forgets the key and looks again must find the tombstone. Never rejects; what fails is
   * tried again by the sweep. The message goes out even without Redis, because edges then ask the ledger itself.
   */
  async announce(revoked: readonly VirtualKeyRow[]): Promise<void> {
    if (revoked.length === 0) return;
    const keyHashes = revoked.map((row) => row.key_hash);
    const buried = await Promise.allSettled(revoked.map((row) => this.parts.mirror.write(mirrorFromRow(row))));
    const told = await Promise.allSettled([this.parts.publish({ keyHashes })]);
    const failure = [...buried, ...told].find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) {
      this.parts.logger.warn(
        { error: failure.reason, keys: revoked.length },
        'revocation not announced everywhere yet; trying again',
      );
      return;
    }
    // If this fails the sweep announces once more, which does no harm.
    await this.parts.keys.markAnnounced(keyHashes).catch((error: unknown) => {
      this.parts.logger.warn({ error }, 'cannot note that a revocation was announced');
    });
  }

  /** Announces what is left. Public for tests; `start` calls it every second. */
  async sweep(): Promise<void> {
    try {
      await this.announce(await this.parts.keys.unannounced(SWEEP_LIMIT));
    } catch (error) {
      this.parts.logger.debug({ error }, 'cannot look for revocations to announce');
    }
  }
}
