import {
  type ConfigInstance,
  type ConfigStatus,
  type ConfigurationState,
  type ConfigurationVersion,
  type ConfigVersion,
  counterOf,
  type InstanceReport,
} from '@gateway/contracts';

type RollOutStatus = Pick<
  ConfigStatus,
  'instances' | 'candidate' | 'refusedVersion' | 'refusedReasons' | 'refusedAtUnixMs' | 'restores'
>;

/** The state of the roll-out and what runs, as gRPC tells it. */
export function describeRollOut(
  { inForce, candidate, refused }: ConfigurationState,
  instances: readonly InstanceReport[],
): RollOutStatus {
  return {
    instances: instances.map(describeInstance),
    candidate: candidate?.version ?? '',
    refusedVersion: refused?.version ?? '',
    refusedReasons: [...(refused?.reasons ?? [])],
    refusedAtUnixMs: refused?.atUnixMs ?? 0,
    restores: inForce?.restores ?? '',
  };
}

export function describeVersion(published: ConfigurationVersion): ConfigVersion {
  const { version, publishedAtUnixMs, source, restores = '', changes } = published;
  return {
    version,
    publishedAtUnixMs,
    source,
    restores,
    changes: changes
      ? {
          added: changes.added.count,
          addedNames: [...changes.added.names],
          removed: changes.removed.count,
          removedNames: [...changes.removed.names],
          changed: changes.changed.count,
          changedNames: [...changes.changed.names],
          settings: [...changes.settings],
        }
      : undefined,
  };
}

function describeInstance({ service, instance, version, sinceUnixMs, verdict }: InstanceReport): ConfigInstance {
  const hasRefused =
    verdict !== undefined && verdict.refusedFor !== null && counterOf(verdict.version) > counterOf(version);
  return {
    service,
    instance,
    version: version ?? '',
    sinceUnixMs,
    refusedVersion: hasRefused ? verdict.version : '',
    refusedFor: hasRefused ? (verdict.refusedFor ?? '') : '',
  };
}
