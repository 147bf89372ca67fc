import { type GatewaySnapshot, resolveSecret } from '@gateway/config';
import type { Deployment } from '@gateway/domain';
import { fixedToken, type ProviderTarget, type TokenSource, type TokenSources } from '@gateway/provider-kit';
import {
  completeBaseUrl,
  PROVIDERS,
  type ProviderEntry,
  type SignIn,
  type SignInCredentials,
} from '@gateway/providers';

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
  readonly olderEncryptionKeys?: readonly Uint8Array[];
  /** For providers that are signed in to. */
  readonly tokens: Pick<TokenSources, 'of'>;
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
  const given = deployment.apiBase ?? firstSet(entry.baseUrlVariables, secrets);
  if (!given && entry.defaultBaseUrl === null) return `provider '${deployment.provider}' needs api_base`;
  const base = given
    ? { ok: true as const, baseUrl: given }
    : completeBaseUrl(entry.defaultBaseUrl ?? '', secrets.environment);
  if (!base.ok) return base.reason;
  const credentials = findCredentials(deployment, entry, secrets);
  if (!credentials.ok) return credentials.reason;
  const apiVersion = deployment.apiVersion ?? firstSet(entry.apiVersionVariables ?? [], secrets);
  return {
    deployment,
    entry,
    target: {
      baseUrl: base.baseUrl.replace(/\/+$/, ''),
      apiKey: credentials.apiKey,
      ...(credentials.token && { token: credentials.token }),
      ...(apiVersion !== undefined && { apiVersion }),
      extraHeaders: openHeaders(deployment, secrets),
    },
  };
}

type FoundCredentials =
  | { readonly ok: true; readonly apiKey: string | null; readonly token?: TokenSource }
  | { readonly ok: false; readonly reason: string };

/** What the deployment says itself comes before what is in the environment for all; a key before a sign-in. */
function findCredentials(deployment: Deployment, entry: ProviderEntry, secrets: SecretSource): FoundCredentials {
  if (deployment.apiKey !== undefined) {
    const key = resolveSecret(deployment.apiKey, { ...secrets, deploymentId: deployment.id });
    return key.ok ? { ok: true, apiKey: key.value } : key;
  }
  const own = entry.signIn && deployment.credentials ? signIn(deployment, entry.signIn, secrets) : null;
  if (own) return own;
  const fromEnvironment = firstSet(entry.apiKeyVariables, secrets);
  if (fromEnvironment !== undefined) return { ok: true, apiKey: fromEnvironment };
  const shared = entry.signIn && !deployment.credentials ? signIn(deployment, entry.signIn, secrets) : null;
  if (shared) return shared;
  // A server of one's own behind `api_base` often takes no key at all; where one signs in, a header may do it instead.
  const isOpen = entry.signIn ? deployment.extraHeaders !== undefined : deployment.apiBase !== undefined;
  if (entry.apiKeyVariables.length === 0 || entry.isKeyOptional || isOpen) return { ok: true, apiKey: null };
  return { ok: false, reason: `${entry.apiKeyVariables.join(' or ')} is not set` };
}

/** Null when there is nothing to sign in with. */
function signIn(deployment: Deployment, by: SignIn, secrets: SecretSource): FoundCredentials | null {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(deployment.credentials ?? {})) {
    const opened = resolveSecret(value, { ...secrets, deploymentId: deployment.id });
    if (!opened.ok) return { ok: false, reason: `${name}: ${opened.reason}` };
    own[name] = opened.value;
  }
  const shared: Record<string, string> = {};
  for (const [name, variable] of Object.entries(by.variables)) {
    const value = secrets.environment[variable];
    if (value) shared[name] = value;
  }
  return asCredentials(by, { own, shared }, secrets.tokens);
}

function asCredentials(
  { choose, variables }: SignIn,
  given: SignInCredentials,
  tokens: SecretSource['tokens'],
): FoundCredentials | null {
  const chosen = choose(given);
  switch (chosen.type) {
    case 'none':
      return null;
    case 'token':
      return { ok: true, apiKey: null, token: fixedToken(chosen.token) };
    case 'grant':
      return { ok: true, apiKey: null, token: tokens.of(chosen.grant) };
    case 'unusable':
      return { ok: false, reason: chosen.reason };
    case 'incomplete': {
      const missing = chosen.missing.map((name) => `${name} (or ${variables[name]})`);
      return { ok: false, reason: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set` };
    }
  }
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
