import { isDeepStrictEqual } from 'node:util';
import type { GatewaySnapshot } from '@gateway/config';
import type { ConfigurationChanges } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';

/** The rest is counted. */
const NAMES_AT_MOST = 20;
const NOT_SETTINGS: readonly (keyof GatewaySnapshot)[] = ['version', 'publishedAtUnixMs', 'source', 'deployments'];

/** What differs, by names alone: values may be secret. */
export function compareSnapshots(before: GatewaySnapshot, after: GatewaySnapshot): ConfigurationChanges {
  const old = byId(before);
  const present = byId(after);
  return {
    added: named(after.deployments.filter(({ id }) => !old.has(id))),
    removed: named(before.deployments.filter(({ id }) => !present.has(id))),
    changed: named(
      after.deployments.filter((deployment) => {
        const was = old.get(deployment.id);
        return was !== undefined && !isDeepStrictEqual(was, deployment);
      }),
    ),
    settings: changedSettings(before, after),
  };
}

function byId({ deployments }: GatewaySnapshot): ReadonlyMap<string, Deployment> {
  return new Map(deployments.map((deployment) => [deployment.id, deployment]));
}

function named(deployments: readonly Deployment[]): ConfigurationChanges['added'] {
  const names = deployments.slice(0, NAMES_AT_MOST).map(({ id, modelGroup }) => `${modelGroup} (${id})`);
  return { count: deployments.length, names };
}

/** Two levels deep, as settings are written: `aliases`, `routing.numRetries`. */
function changedSettings(before: GatewaySnapshot, after: GatewaySnapshot): readonly string[] {
  return changedMembers(before, after)
    .filter((name) => !NOT_SETTINGS.some((one) => one === name))
    .flatMap((name) => {
      const [one, other] = [member(before, name), member(after, name)];
      if (name === 'aliases' || !isRecord(one) || !isRecord(other)) return [name];
      return changedMembers(one, other).map((inner) => `${name}.${inner}`);
    })
    .slice(0, NAMES_AT_MOST);
}

function changedMembers(before: object, after: object): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !isDeepStrictEqual(member(before, name), member(after, name)));
}

function member(of: object, name: string): unknown {
  return (of as Readonly<Record<string, unknown>>)[name];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
