import { isCredentialName } from './credential-names';
import { isSecretValue } from './named-credentials';
import type { Mapping } from './set-aside-unbuilt';

/** Texts that name something and hide nothing. */
const NAMES: ReadonlySet<string> = new Set([
  'model',
  'custom_llm_provider',
  'litellm_credential_name',
  'api_version',
  'pool',
  'region_name',
]);
const ADDRESSES: ReadonlySet<string> = new Set(['api_base', 'base_url']);
const HIDDEN = '****';

/**
 * `litellm_params` for people and for the log of changes. Only what is known to be no secret is shown: numbers, switches, names,
 * references, and addresses without user, password and query. Of everything else only that it is there.
 */
export function showParams(params: Mapping): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, shown(name, value)]));
}

function shown(name: string, value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return HIDDEN;
  if (ADDRESSES.has(name)) return isSecretValue('api_key', value) ? shownAddress(value) : value;
  if (NAMES.has(name)) return value;
  const isOpen = isCredentialName(name) || name === 'api_key';
  return isOpen && !isSecretValue(name, value) ? value : HIDDEN;
}

function shownAddress(address: string): string {
  if (!URL.canParse(address)) return HIDDEN;
  const { origin, pathname } = new URL(address);
  return origin === 'null' ? HIDDEN : `${origin}${pathname === '/' ? '' : pathname}`;
}
