import { decodeSnapshot, type GatewaySnapshot } from '@gateway/config';
import { CONFIG_KEY } from '@gateway/contracts';
import { gatewayConfigRefusedTotal, gatewayConfigVersion } from '@gateway/telemetry';
import type { ServiceContext } from '../service-context';

/** The part of the bus's `KeyValueBucket` that is needed here. */
export interface SnapshotBucket {
  watch(
    keyPattern: string,
    listener: (entry: { readonly key: string; readonly bytes: Uint8Array | null; readonly revision: number }) => void,
  ): Promise<() => void>;
}

/** Takes a whole snapshot into use, synchronously. To refuse it, throw before changing anything. */
export type SnapshotListener = (snapshot: GatewaySnapshot) => void;

/** The configuration in force in this process. */
export interface ConfigurationFollower {
  /** Null until the first good snapshot; after that always the last good one. Same object until it changes. */
  current(): GatewaySnapshot | null;
  readonly version: string | null;
  /**
   * Calls `listener` with the snapshot in force, if any, and with every later one. When any listener throws, the new
   * snapshot is dropped and the listeners that had taken it get the old one again. Returns how to stop.
   */
  onSnapshot(listener: SnapshotListener): () => void;
  stop(): void;
}

type FollowerContext = Pick<ServiceContext, 'logger' | 'metrics' | 'health'>;

/**
 * Follows the snapshot that config-sync publishes. Adds the hard health check `configuration`, which fails until the first
 * good snapshot, and keeps the metric label `model` to the configured groups. Resolves once the present value, if there is
 * one, has been looked at.
 */
export async function followConfiguration(
  context: FollowerContext,
  bucket: SnapshotBucket,
  decode: (bytes: Uint8Array) => GatewaySnapshot = decodeSnapshot,
): Promise<ConfigurationFollower> {
  const follower = new SnapshotFollower(context, decode);
  context.health.add({ name: 'configuration', hard: true, check: () => follower.current() !== null });
  await follower.watch(bucket);
  return follower;
}

class SnapshotFollower implements ConfigurationFollower {
  private snapshot: GatewaySnapshot | null = null;
  private readonly listeners = new Set<SnapshotListener>();
  private stopWatching: () => void = () => {};

  constructor(
    private readonly context: FollowerContext,
    private readonly decode: (bytes: Uint8Array) => GatewaySnapshot,
  ) {
    this.listeners.add((snapshot) =>
      context.metrics.setKnownModels(snapshot.deployments.map(({ modelGroup }) => modelGroup)),
    );
  }

  current(): GatewaySnapshot | null {
    return this.snapshot;
  }

  get version(): string | null {
    return this.snapshot?.version ?? null;
  }

  onSnapshot(listener: SnapshotListener): () => void {
    if (this.snapshot !== null) listener(this.snapshot);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.stopWatching();
  }

  async watch(bucket: SnapshotBucket): Promise<void> {
    this.stopWatching = await bucket.watch(CONFIG_KEY, ({ bytes, revision }) => this.receive(bytes, revision));
  }

  private receive(bytes: Uint8Array | null, revision: number): void {
    const { logger, metrics } = this.context;
    if (bytes === null) {
      logger.warn({ revision, version: this.version }, 'the published configuration is gone; keeping the last one');
      return;
    }
    try {
      const next = this.decode(bytes);
      if (next.version === this.version) return;
      this.apply(next);
    } catch (error) {
      gatewayConfigRefusedTotal(metrics).labelled({}).increment();
      logger.error({ error, revision, version: this.version }, 'configuration refused; keeping the last good one');
      return;
    }
    gatewayConfigVersion(metrics)
      .labelled({})
      .set(Number.parseInt(this.version ?? '0', 10));
    logger.info(
      { config_version: this.version, deployments: this.snapshot?.deployments.length },
      'configuration in force',
    );
  }

  /** All listeners take the new snapshot, or none does. */
  private apply(next: GatewaySnapshot): void {
    const taken: SnapshotListener[] = [];
    try {
      for (const listener of this.listeners) {
        listener(next);
        taken.push(listener);
      }
    } catch (error) {
      if (this.snapshot !== null) this.restore(taken, this.snapshot);
      throw error;
    }
    this.snapshot = next;
  }

  private restore(listeners: readonly SnapshotListener[], previous: GatewaySnapshot): void {
    for (const listener of listeners) {
      try {
        listener(previous);
      } catch (error) {
        this.context.logger.error({ error, version: previous.version }, 'cannot go back to the last configuration');
      }
    }
  }
}
