import { nearestName } from '@gateway/domain';
import type { z } from 'zod';
import { isSecretReference, readSecretReference } from '../secrets/secret-reference';
import type { ConfigFindings } from './config-findings';
import { didYouMean } from './config-problem';
import { CREDENTIAL_NAMES, isSecretCredential } from './credential-names';
import { LITELLM_PARAMS } from './gateway-config-schema';
import { isMapping, type Mapping } from './set-aside-unbuilt';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';

/** `litellm_params` that say where and as whom to call: what a named credential may hold. */
const VALUES: ReadonlySet<string> = new Set([
  'api_key',
  'api_base',
  'base_url',
  'api_version',
  ...Object.keys(CREDENTIAL_NAMES),
]);

const OPEN_VALUES: ReadonlySet<string> = new Set(
  [...VALUES].filter((name) => name !== 'api_key' && !isSecretCredential(name)),
);

/** Credentials by name that do not stand in the file; values by their `litellm_params` name. */
export type StoredCredentials = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Why a credential may not hold this value, in words that do not show it; null when it may. */
export function refuseCredentialValue(name: string, value: unknown): string | null {
  if (Object.hasOwn(UNBUILT_LITELLM_PARAMS, name)) return null;
  if (VALUES.has(name)) return typeof value === 'string' ? refuseText(name, value) : null;
  const nearest = nearestName(name, [...VALUES]);
  return `is not a value that a credential can hold${didYouMean(nearest)}`;
}

function refuseText(name: string, value: string): string | null {
  const reading = readSecretReference(value);
  if (reading.kind === 'malformed') return `must ${reading.fault}`;
  if (reading.kind === 'reference') return null;
  const schema = (LITELLM_PARAMS as Readonly<Record<string, z.ZodType>>)[name];
  const verdict = schema?.safeParse(value);
  return verdict === undefined || verdict.success
    ? null
    : `must be ${verdict.error.issues[0]?.message ?? 'another text'}`;
}

/** Whether a value is for nobody's eyes. References are not, and neither are addresses and the ids of tenants. */
export function isSecretValue(name: string, value: string): boolean {
  return !OPEN_VALUES.has(name) && !isSecretReference(value);
}

/** Which model groups use which credential, wherever it is kept. */
export function credentialUsersOf(file: Mapping): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, entry } of referencesOf(file))
    users.set(name, [...(users.get(name) ?? []), String(entry.model_name)]);
  return users;
}

/**
 * Puts the values of named credentials into the deployments that name them; what a deployment says itself wins. Those of
 * the file come before stored ones of the same name.
 */
export function mergeNamedCredentials(file: Mapping, stored: StoredCredentials, findings: ConfigFindings): Mapping {
  const known = new Map<string, Mapping>([...stored, ...credentialsIn(file, findings)]);
  const references = referencesOf(file);
  if (references.length === 0) return file;
  const models = [...(file.model_list as readonly Mapping[])];
  for (const { index, name, entry, params } of references) {
    const values = known.get(name);
    if (!values) {
      const nearest = nearestName(name, [...known.keys()]);
      const path = ['model_list', index, 'litellm_params', 'litellm_credential_name'];
      findings.refuse(path, `names a credential that does not exist${didYouMean(nearest)}`);
      continue;
    }
    models[index] = { ...entry, litellm_params: { ...values, ...params } };
  }
  return { ...file, model_list: models };
}

interface Reference {
  readonly index: number;
  readonly name: string;
  readonly entry: Mapping;
  readonly params: Mapping;
}

function referencesOf(file: Mapping): readonly Reference[] {
  if (!Array.isArray(file.model_list)) return [];
  return file.model_list.flatMap((entry: unknown, index): Reference[] => {
    if (!isMapping(entry) || !isMapping(entry.litellm_params)) return [];
    const { litellm_credential_name: name } = entry.litellm_params;
    return typeof name === 'string' ? [{ index, name, entry, params: entry.litellm_params }] : [];
  });
}

function credentialsIn(file: Mapping, findings: ConfigFindings): [string, Mapping][] {
  if (!Array.isArray(file.credential_list)) return [];
  const seen = new Set<string>();
  return file.credential_list.flatMap((item: unknown, index): [string, Mapping][] => {
    // What is no mapping of this form is the schema's to refuse.
    if (!isMapping(item) || typeof item.credential_name !== 'string' || !isMapping(item.credential_values)) return [];
    const path = ['credential_list', index];
    if (seen.has(item.credential_name))
      findings.refuse([...path, 'credential_name'], 'is the name of another credential, too');
    seen.add(item.credential_name);
    for (const [name, value] of Object.entries(item.credential_values)) {
      const reason = refuseCredentialValue(name, value);
      if (reason !== null) findings.refuseKey([...path, 'credential_values', name], reason);
    }
    return [[item.credential_name, item.credential_values]];
  });
}
