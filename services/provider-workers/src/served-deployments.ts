import { type GatewaySnapshot, resolveSecret } from '@gateway/config';
import type { Deployment } from '@gateway/domain';
import type { ProviderTarget } from '@gateway/provider-kit';
import { PROVIDERS, type ProviderEntry } from '@gateway/providers';

/** A deployment this worker can call: its provider's adapter, and its secret, opened. Stays inside this process. */
export interface ServedDeployment {
  readonly deployment: Deployment;
  readonly entry: ProviderEntry;
  readonly target: ProviderTarget;
}

export interface ServedDeployments {
  /** Of the configuration; '' before the first one. */
  readonly version: string;
  readonly byId: ReadonlyMap<string, ServedDeployment>;
  /** Deployment id → why not, for people. */
  readonly unavailable: Readonly<Record<string, string>>;
}

export interface SecretSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens values that config-sync sealed. */
  readonly encryptionKey?: Uint8Array | null;
}

/** Works out what can be served from one snapshot. A deployment without credentials is left out, never an error. */
export function serveDeployments(snapshot: GatewaySnapshot, secrets: SecretSource): ServedDeployments {
  const byId = new Map<string, ServedDeployment>();
  const unavailable: Record<string, string> = {};
  for (const deployment of snapshot.deployments) {
    const served = serve(deployment, secrets);
    if (typeof served === 'string') unavailable[deployment.id] = served;
    else byId.set(deployment.id, served);
  }
  return { version: snapshot.version, byId, unavailable };
}

function serve(deployment: Deployment, secrets: SecretSource): ServedDeployment | string {
  const entry = PROVIDERS.find(deployment.provider);
  if (!entry) return `provider '${deployment.provider}' is not known`;
  const baseUrl = deployment.apiBase ?? firstSet(entry.baseUrlVariables, secrets) ?? entry.defaultBaseUrl;
  if (!baseUrl) return `provider '${deployment.provider}' needs api_base`;
  const key = findKey(deployment, entry, secrets);
  if (!key.ok) return key.reason;
  return {
    deployment,
    entry,
    target: {
      baseUrl: baseUrl.replace(/\/+$/, ''),
      apiKey: key.value,
      extraHeaders: openHeaders(deployment, secrets),
    },
  };
}

type FoundKey = { readonly ok: true; readonly value: string | null } | { readonly ok: false; readonly reason: string };

function findKey(deployment: Deployment, entry: ProviderEntry, secrets: SecretSource): FoundKey {
  if (deployment.apiKey !== undefined)
    return resolveSecret(deployment.apiKey, { ...secrets, deploymentId: deployment.id });
  const fromEnvironment = firstSet(entry.apiKeyVariables, secrets);
  if (fromEnvironment !== undefined) return { ok: true, value: fromEnvironment };
  // A server of one's own behind `api_base` often takes no key at all.
  if (entry.apiKeyVariables.length === 0 || deployment.apiBase !== undefined) return { ok: true, value: null };
  return { ok: false, reason: `${entry.apiKeyVariables.join(' or ')} is not set` };
}

function openHeaders(deployment: Deployment, secrets: SecretSource): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(deployment.extraHeaders ?? {})) {
    const opened = resolveSecret(value, { ...secrets, deploymentId: deployment.id });
    if (opened.ok) headers[name] = opened.value;
  }
  return headers;
}

function firstSet(names: readonly string[], secrets: SecretSource): string | undefined {
  return names.map((name) => secrets.environment[name]).find((value) => value !== undefined && value !== '');
}
