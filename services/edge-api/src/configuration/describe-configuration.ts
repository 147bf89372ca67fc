import type { GatewaySnapshot } from '@gateway/config';
import type { ConfigInstance, ConfigStatus, ConfigVersion } from '@gateway/contracts';

type HeldHere = Pick<GatewaySnapshot, 'version' | 'publishedAtUnixMs' | 'source'>;

/** `status` is null while config-sync does not answer: then it is what this edge holds. */
export function describeConfiguration(status: ConfigStatus | null, here: HeldHere | null) {
  if (status === null) return { config_sync: 'unreachable', ...describeHeld(here), here: here?.version ?? null };
  return {
    config_sync: 'ok',
    ...describeHeld(status.version === '' ? null : status),
    here: here?.version ?? null,
    /** Whether every running instance works by that version. */
    in_step: status.instances.every(({ version }) => version === status.version),
    rolled_back_to: status.restores || null,
    candidate: status.candidate || null,
    instances: status.instances.map(describeInstance),
    refused:
      status.refusedVersion === ''
        ? null
        : {
            version: status.refusedVersion,
            at: isoTime(status.refusedAtUnixMs),
            reasons: status.refusedReasons,
          },
    last_error: status.lastError || null,
    problems: status.lastError === '' ? [] : status.lastError.split('\n').map(describeProblem),
    read_from: describeSource(status),
    prices: { source: status.priceSource || null, last_error: status.priceLastError || null },
  };
}

export function describeVersion({ version, publishedAtUnixMs, source, restores, changes }: ConfigVersion) {
  return {
    version,
    published_at: isoTime(publishedAtUnixMs),
    source,
    rolled_back_to: restores || null,
    changes: changes
      ? {
          added: { count: changes.added, deployments: changes.addedNames },
          removed: { count: changes.removed, deployments: changes.removedNames },
          changed: { count: changes.changed, deployments: changes.changedNames },
          settings: changes.settings,
        }
      : null,
  };
}

/** How things stand with the place where the configuration comes from. */
function describeSource(status: ConfigStatus) {
  return {
    tag: status.sourceTag || null,
    seen_at: status.sourceSeenAtUnixMs > 0 ? isoTime(status.sourceSeenAtUnixMs) : null,
    away_since: status.sourceAwaySinceUnixMs > 0 ? isoTime(status.sourceAwaySinceUnixMs) : null,
    away_reason: status.sourceAwayReason || null,
    stale: status.sourceStale,
  };
}

function describeHeld(held: HeldHere | null) {
  return {
    version: held?.version ?? null,
    published_at: held ? isoTime(held.publishedAtUnixMs) : null,
    source: held?.source ?? null,
  };
}

function describeInstance(instance: ConfigInstance) {
  return {
    service: instance.service,
    instance: instance.instance,
    version: instance.version || null,
    since: isoTime(instance.sinceUnixMs),
    refused: instance.refusedVersion ? { version: instance.refusedVersion, reason: instance.refusedFor } : null,
  };
}

/** `file:line:column message`, where it is one. */
function describeProblem(line: string) {
  const [, file, row, column, message] = /^(.+?):(\d+):(\d+) (.*)$/.exec(line) ?? [];
  if (file === undefined) return { file: null, line: null, column: null, message: line };
  return { file, line: Number(row), column: Number(column), message };
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
