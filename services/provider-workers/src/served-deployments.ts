import {
  environmentLookup,
  type GatewaySnapshot,
  type ReferenceLookup,
  resolveSecret,
  type SecretReference,
} from '@gateway/config';
import type { Deployment } from '@gateway/domain';
import {
  type AwsCredentials,
  type AwsTokenSources,
  fixedToken,
  type GoogleTokenSources,
  type ProviderTarget,
  type TokenSource,
  type TokenSources,
} from '@gateway/provider-kit';
import {
  type ChosenSignIn,
  completeBaseUrl,
  PROVIDERS,
  type ProviderEntry,
  type SignIn,
  type SignInCredentials,
} from '@gateway/providers';
import type { KeptSecrets } from '@gateway/secrets';

/** A deployment this worker can call: its provider's adapter, and its secret, opened. Stays inside this process. */
export interface ServedDeployment {
  readonly deployment: Deployment;
  readonly entry: ProviderEntry;
  readonly target: ProviderTarget;
  /** For one attempt only: whose key it is called with, and (`base`) also whose address is called. Absent: ours. */
  readonly clients?: 'key' | 'base';
  /** There is no key of ours: calls are made with their clients' own. */
  readonly needsClientKey?: true;
  /** The provider did not take its secrets, which are kept elsewhere: they are to be looked at again. */
  readonly refuseSecrets?: () => void;
}

/** The sign-in that a call of this deployment has to wait for. */
export function missingSignIn({ target }: ServedDeployment): Pick<TokenSource, 'obtain'> | null {
  const { token, awsCredentials } = target;
  if (token && token.current() === null) return token;
  return awsCredentials && awsCredentials.current() === null ? awsCredentials : null;
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
  /** Where references are looked up; the environment alone without it. */
  readonly kept?: KeptSecrets;
  /** Opens values that config-sync sealed. */
  readonly encryptionKey?: Uint8Array | null;
  readonly olderEncryptionKeys?: readonly Uint8Array[];
  /** For providers that are signed in to. */
  readonly tokens: Pick<TokenSources, 'of'>;
  readonly awsTokens: Pick<AwsTokenSources, 'of'>;
  readonly googleTokens: Pick<GoogleTokenSources, 'of'>;
}

/** Secrets as one deployment looks them up. */
interface DeploymentSecrets extends SecretSource {
  readonly lookUp: ReferenceLookup;
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

function serve(deployment: Deployment, source: SecretSource): ServedDeployment | string {
  const used: SecretReference[] = [];
  const { kept } = source;
  const lookUp = kept ? noteKept(kept, used) : environmentLookup(source.environment);
  const served = serveWith(deployment, { ...source, lookUp });
  if (typeof served === 'string' || !kept || used.length === 0) return served;
  return { ...served, refuseSecrets: () => kept.refuse(used) };
}

function noteKept(kept: KeptSecrets, used: SecretReference[]): ReferenceLookup {
  return (reference) => {
    if (kept.isKept(reference)) used.push(reference);
    return kept.lookUp(reference);
  };
}

function serveWith(deployment: Deployment, secrets: DeploymentSecrets): ServedDeployment | string {
  const entry = PROVIDERS.find(deployment.provider);
  if (!entry) return `provider '${deployment.provider}' is not known`;
  const given = entry.signIn ? openCredentials(deployment, entry.signIn, secrets) : NOTHING_GIVEN;
  if (typeof given === 'string') return given;
  const place = entry.locate?.({ ...given, providerModel: deployment.providerModel });
  if (place && 'unusable' in place) return place.unusable;
  const said = place?.ownBaseUrl ?? deployment.apiBase ?? firstSet(entry.baseUrlVariables, secrets);
  const usual = place?.defaultBaseUrl ?? entry.defaultBaseUrl;
  if (!said && usual === null) return `provider '${deployment.provider}' needs api_base`;
  const base = said ? { ok: true as const, baseUrl: said } : completeBaseUrl(usual ?? '', secrets.environment);
  if (!base.ok) return base.reason;
  const credentials = findCredentials({ deployment, entry, given }, secrets);
  if (!credentials.ok) return credentials.reason;
  const apiVersion = deployment.apiVersion ?? firstSet(entry.apiVersionVariables ?? [], secrets);
  const { apiKey, token, awsCredentials, needsClientKey } = credentials;
  return {
    deployment,
    entry,
    ...(needsClientKey && { needsClientKey }),
    target: {
      baseUrl: base.baseUrl.replace(/\/+$/, ''),
      apiKey,
      ...(token && { token }),
      ...(awsCredentials && { awsCredentials }),
      ...(place?.region !== undefined && { region: place.region }),
      ...(place?.project !== undefined && { project: place.project }),
      ...(place?.space !== undefined && { space: place.space }),
      ...(apiVersion !== undefined && { apiVersion }),
      extraHeaders: openHeaders(deployment, secrets),
    },
  };
}

type FoundCredentials =
  | {
      readonly ok: true;
      readonly apiKey: string | null;
      readonly token?: TokenSource;
      readonly awsCredentials?: TokenSource<AwsCredentials>;
      readonly needsClientKey?: true;
    }
  | { readonly ok: false; readonly reason: string };

interface CredentialQuestion {
  readonly deployment: Deployment;
  readonly entry: ProviderEntry;
  readonly given: SignInCredentials;
}

const NOTHING_GIVEN: SignInCredentials = { own: {}, shared: {} };

/** What the deployment says itself comes before what is in the environment for all; a key before a sign-in. */
function findCredentials(
  { deployment, entry, given }: CredentialQuestion,
  secrets: DeploymentSecrets,
): FoundCredentials {
  if (deployment.apiKey !== undefined) {
    const key = resolveSecret(deployment.apiKey, { ...secrets, deploymentId: deployment.id });
    return key.ok ? asKey(key.value, { entry, given }, secrets) : key;
  }
  const { signIn } = entry;
  const names = Object.keys(given.own);
  const namesCaller = names.length > 0 && (signIn?.namesCaller?.(names) ?? true);
  const own = signIn && namesCaller ? asCredentials(signIn, given, secrets) : null;
  if (own) return own;
  const fromEnvironment = firstSecret(entry.apiKeyVariables, secrets);
  if (fromEnvironment !== undefined) return asKey(fromEnvironment, { entry, given }, secrets);
  const shared = signIn && !namesCaller ? asCredentials(signIn, given, secrets) : null;
  if (shared) return shared;
  // A server of one's own behind `api_base` often takes no key at all; where one signs in, a header may do it instead.
  const isOpen = signIn ? deployment.extraHeaders !== undefined : deployment.apiBase !== undefined;
  if (entry.apiKeyVariables.length === 0 || entry.isKeyOptional || isOpen) return { ok: true, apiKey: null };
  const isLeftToClients = deployment.clientAccess?.some(({ field }) => field === 'api_key') ?? false;
  if (isLeftToClients && signIn?.tradeKey === undefined) return { ok: true, apiKey: null, needsClientKey: true };
  return { ok: false, reason: `${entry.apiKeyVariables.join(' or ')} is not set` };
}

/** A text when one of the deployment's own cannot be opened. */
function openCredentials(deployment: Deployment, by: SignIn, secrets: DeploymentSecrets): SignInCredentials | string {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(deployment.credentials ?? {})) {
    const opened = resolveSecret(value, { ...secrets, deploymentId: deployment.id });
    if (!opened.ok) return `${name}: ${opened.reason}`;
    own[name] = opened.value;
  }
  const shared: Record<string, string> = {};
  for (const [name, variable] of Object.entries(by.variables)) {
    const value = firstSecret([variable], secrets);
    if (value !== undefined) shared[name] = value;
  }
  return { own, shared };
}

function asKey(
  apiKey: string,
  { entry: { signIn }, given }: Pick<CredentialQuestion, 'entry' | 'given'>,
  secrets: SecretSource,
): FoundCredentials {
  const traded = signIn?.tradeKey?.(apiKey, given);
  const found = signIn && traded ? openChosen(traded, signIn, secrets) : null;
  return found ?? { ok: true, apiKey };
}

/** Null when there is nothing to sign in with. */
function asCredentials(signIn: SignIn, given: SignInCredentials, secrets: SecretSource): FoundCredentials | null {
  return openChosen(signIn.choose(given), signIn, secrets);
}

function openChosen(
  chosen: ChosenSignIn,
  { variables }: SignIn,
  { tokens, awsTokens, googleTokens }: SecretSource,
): FoundCredentials | null {
  switch (chosen.type) {
    case 'none':
      return null;
    case 'token':
      return { ok: true, apiKey: null, token: fixedToken(chosen.token) };
    case 'grant':
      return { ok: true, apiKey: null, token: tokens.of(chosen.grant) };
    case 'aws-keys':
      return { ok: true, apiKey: null, awsCredentials: fixedToken(chosen.keys) };
    case 'aws-caller': {
      const awsCredentials = awsTokens.of(chosen.caller);
      const { missing } = awsCredentials;
      return missing === null ? { ok: true, apiKey: null, awsCredentials } : { ok: false, reason: missing };
    }
    case 'google-caller': {
      const token = googleTokens.of(chosen.caller);
      const { missing } = token;
      return missing === null ? { ok: true, apiKey: null, token } : { ok: false, reason: missing };
    }
    case 'unusable':
      return { ok: false, reason: chosen.reason };
    case 'incomplete': {
      const missing = chosen.missing.map((name) => `${name} (or ${variables[name]})`);
      return { ok: false, reason: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set` };
    }
  }
}

function openHeaders(deployment: Deployment, secrets: DeploymentSecrets): Record<string, string> {
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

/** The same for what may be a secret, which a manager may keep under the variable's name. */
function firstSecret(names: readonly string[], { lookUp }: DeploymentSecrets): string | undefined {
  for (const name of names) {
    const found = lookUp({ kind: 'variable', name });
    if (found.ok) return found.value;
  }
  return undefined;
}
