import type { Bus } from '@gateway/bus';
import type { GatewaySnapshot } from '@gateway/config';
import { INSTANCE_TTL_MS } from '@gateway/contracts';
import type { ServiceContext } from '../service-context';
import { ConfigurationStore } from './configuration-store';
import { InstanceAnnouncer } from './instance-announcer';
import { SnapshotFollower } from './snapshot-follower';

/**
 * Builds everything that a service derives from a snapshot, and changes nothing of what is in use. What it returns takes
 * that into use, within one turn of the event loop; it must not throw. To refuse the snapshot, throw or reject. May be
 * asked for snapshots that are never taken into use.
 */
export type PrepareConfiguration = (snapshot: GatewaySnapshot) => ApplyConfiguration | Promise<ApplyConfiguration>;
export type ApplyConfiguration = () => void;

/** The configuration in force in this process. */
export interface ConfigurationFollower {
  /** Null until the first good snapshot; after that always the last good one. Same object until it changes. */
  current(): GatewaySnapshot | null;
  /** Withdraws this instance from those whose judgement counts. */
  stop(): Promise<void>;
}

type FollowerContext = Pick<ServiceContext, 'name' | 'instanceId' | 'logger' | 'metrics' | 'health'>;

/**
 * Follows what config-sync publishes, and says what this instance thinks of each candidate before it is in force. Adds the
 * hard health check `configuration`, which fails until the first good snapshot, and keeps the metric label `model` to the
 * configured groups. Resolves once the version in force, if there is one, was taken or refused.
 */
export async function followConfiguration(
  context: FollowerContext,
  bus: Pick<Bus, 'keyValue' | 'subjects'>,
  prepare: PrepareConfiguration,
): Promise<ConfigurationFollower> {
  const instances = await bus.keyValue(bus.subjects.instancesBucket, { ttlMs: INSTANCE_TTL_MS });
  const announcer = new InstanceAnnouncer(context, instances);
  const follower = new SnapshotFollower(context, { prepare, announcer, store: await ConfigurationStore.open(bus) });
  context.health.add({ name: 'configuration', hard: true, check: () => follower.current() !== null });
  await follower.start();
  return follower;
}
