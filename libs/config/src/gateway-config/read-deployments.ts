import { createHash } from 'node:crypto';
import { subjectToken } from '@gateway/contracts';
import {
  CLIENT_ACCESS_FIELDS,
  type ClientAccessRule,
  type Deployment,
  MODEL_CAPABILITIES,
  type ModelCapabilities,
  type PriceTerms,
} from '@gateway/domain';
import { referencedVariable } from '../secrets/environment-reference';
import { isSecretReference, readSecretReference } from '../secrets/secret-reference';
import { canonicalJson } from './canonical-json';
import type { ConfigFindings } from './config-findings';
import type { ConfigPath } from './config-problem';
import { CREDENTIAL_NAMES, type CredentialName, isCredentialName, isSecretCredential } from './credential-names';
import type { ConfiguredSecret, DeploymentDraft } from './gateway-config';
import type { ValidEntry, ValidFile } from './gateway-config-schema';
import { KNOWN_MODES, SERVED_MODES } from './litellm-names';
import { readModelName } from './read-model-name';
import { readPrice } from './read-price';
import { isSecretHeader } from './secret-header';
import { sortExtraParams } from './sort-extra-params';

export interface DeploymentContext {
  readonly findings: ConfigFindings;
  /** Indexes of entries that are checked but not served. */
  readonly skipped: ReadonlySet<number>;
  /** `environment_variables` of the file: they exist here only, so a key that refers to one travels as a literal. */
  readonly literalVariables: ReadonlyMap<string, string | undefined>;
  readonly knownProviders: readonly string[];
  /** `litellm_settings.drop_params`: for deployments that say nothing themselves. */
  readonly dropParams: boolean | null | undefined;
  /** `general_settings.allow_client_side_credentials`. */
  readonly clientsMayAll: boolean;
  /** Discount and margin of a provider. */
  readonly priceTermsOf: (provider: string) => PriceTerms | null;
  /** `router_settings.default_max_parallel_requests`: likewise. */
  readonly maxParallelRequests: number | null | undefined;
}

/** `model_list` → deployments, with stable unique ids. What is wrong goes to the findings. */
export function readDeployments(file: ValidFile, context: DeploymentContext): readonly DeploymentDraft[] {
  const ids = new Map<string, number>();
  const drafts = file.model_list.flatMap((entry, index): DeploymentDraft[] => {
    const path = ['model_list', index];
    const id = chooseId(entry, { path, ids, findings: context.findings });
    ids.set(id, index);
    const draft = readDeployment(entry, { id, path, context });
    return draft && !context.skipped.has(index) ? [draft] : [];
  });
  return drafts;
}

interface Place {
  readonly id: string;
  readonly path: ConfigPath;
  readonly context: DeploymentContext;
}

function readDeployment(entry: ValidEntry, { id, path, context }: Place): DeploymentDraft | null {
  const { findings } = context;
  const { litellm_params: params, model_info: info } = entry;
  const model = readModelName(entry, { path, findings, knownProviders: context.knownProviders });
  const { defaultParams } = sortExtraParams(params, [...path, 'litellm_params'], findings);
  judgeMode(info?.mode, [...path, 'model_info', 'mode'], findings);
  const price = readPrice(entry, path, findings);
  const { open, secret } = splitHeaders(params.extra_headers ?? {}, context);
  const credentials = splitCredentials(params, context);
  if (!model) return null;
  const tags = [...new Set([...(params.tags ?? []), ...(info?.tags ?? [])])];
  const deployment: Omit<Deployment, 'apiKey'> = {
    id,
    modelGroup: entry.model_name,
    provider: model.provider,
    providerModel: model.providerModel,
    pool: params.pool ?? subjectToken(model.provider),
    ...given('apiBase', params.api_base ?? params.base_url),
    ...given('apiVersion', params.api_version),
    ...given('credentials', unlessEmpty(credentials.open)),
    ...given('clientAccess', clientAccessOf(params, context)),
    ...given('weight', params.weight),
    ...given('rpm', params.rpm),
    ...given('tpm', params.tpm),
    ...given('maxParallelRequests', params.max_parallel_requests ?? context.maxParallelRequests),
    ...given('order', params.order),
    ...given('timeoutMs', params.timeout),
    ...given('streamTimeoutMs', params.stream_timeout),
    ...given('numRetries', params.num_retries ?? params.max_retries),
    ...given('dropParams', params.drop_params ?? context.dropParams),
    ...given('extraHeaders', unlessEmpty(open)),
    ...given('defaultParams', unlessEmpty(defaultParams)),
    ...given('extraBody', unlessEmpty(params.extra_body ?? {})),
    ...given('price', price),
    ...given('priceTerms', context.priceTermsOf(model.provider)),
    ...given('baseModel', info?.base_model),
    ...given('maxInputTokens', info?.max_input_tokens),
    ...given('maxOutputTokens', info?.max_output_tokens ?? info?.max_tokens),
    ...given('mode', info?.mode),
    ...given('capabilities', unlessEmpty(capabilitiesIn(info))),
    ...given('tags', tags.length > 0 ? tags : undefined),
    ...given('cooldownMs', params.cooldown_time),
    ...given('region', regionOf(params)),
    ...given('quality', info?.quality),
    ...given('taskTypes', info?.task_types),
  };
  judgeSecretReferences(params, path, findings);
  const apiKey = params.api_key ? toSecret(params.api_key, context) : undefined;
  return { deployment, secretCredentials: credentials.secret, secretHeaders: secret, ...(apiKey && { apiKey }) };
}

const EVERY_ACCESS = CLIENT_ACCESS_FIELDS.map((field): ClientAccessRule => ({ field }));

function clientAccessOf(params: Params, { clientsMayAll }: DeploymentContext): readonly ClientAccessRule[] | undefined {
  return clientsMayAll ? EVERY_ACCESS : unlessEmpty(params.configurable_clientside_auth_params ?? []);
}

function capabilitiesIn(info: ValidEntry['model_info']): ModelCapabilities {
  const said = MODEL_CAPABILITIES.map((name) => [name, info?.[`supports_${name}`]] as const);
  return Object.fromEntries(said.filter(([, value]) => typeof value === 'boolean'));
}

/** `{name: value}`, or nothing when there is no value: absent fields stay absent in the snapshot. */
function given<Name extends keyof Deployment>(
  name: Name,
  value: Deployment[Name] | null,
): Partial<Pick<Deployment, Name>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Pick<Deployment, Name>);
}

function unlessEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function splitHeaders(headers: Readonly<Record<string, string>>, context: DeploymentContext) {
  const entries = Object.entries(headers);
  const open = entries.filter(([name]) => !isSecretHeader(name));
  const secret = entries.filter(([name]) => isSecretHeader(name));
  return {
    open: Object.fromEntries(open),
    secret: Object.fromEntries(secret.map(([name, value]) => [name, toSecret(value, context)])),
  };
}

type Params = ValidEntry['litellm_params'];

function credentialsOf(params: Params): [CredentialName, string][] {
  return Object.keys(CREDENTIAL_NAMES).flatMap((name): [CredentialName, string][] => {
    const value = isCredentialName(name) ? params[name] : null;
    return isCredentialName(name) && value ? [[name, value]] : [];
  });
}

/** In small letters; what a cloud calls the place where the deployment is called, when nobody says more. */
function regionOf(params: Params): string | undefined {
  const given = [params.region_name, params.aws_region_name, params.vertex_location].find(
    (name) => name && !isSecretReference(name),
  );
  return given?.toLowerCase();
}

/** Ids of tenants and applications travel in clear, or as the reference that they are. */
function splitCredentials(params: Params, context: DeploymentContext) {
  const open: Record<string, string> = {};
  const secret: Record<string, ConfiguredSecret> = {};
  for (const [name, value] of credentialsOf(params)) {
    const configured = toSecret(value, context);
    if (isSecretCredential(name)) secret[name] = configured;
    else open[name] = configured.kind === 'literal' ? configured.value : configured.reference;
  }
  return { open, secret };
}

function judgeSecretReferences(params: Params, path: ConfigPath, findings: ConfigFindings): void {
  const secrets: [ConfigPath, string][] = [[['api_key'], params.api_key ?? '']];
  for (const [name, value] of credentialsOf(params)) secrets.push([[name], value]);
  for (const [name, value] of Object.entries(params.extra_headers ?? {}))
    secrets.push([['extra_headers', name], value]);
  for (const [place, value] of secrets) {
    const reading = readSecretReference(value);
    if (reading.kind === 'malformed') findings.refuse([...path, 'litellm_params', ...place], `must ${reading.fault}`);
  }
}

function toSecret(value: string, { literalVariables }: DeploymentContext): ConfiguredSecret {
  const variable = referencedVariable(value);
  const meant = (variable === null ? undefined : literalVariables.get(variable)) ?? value;
  return isSecretReference(meant) ? { kind: 'reference', reference: meant } : { kind: 'literal', value: meant };
}

interface IdContext {
  readonly path: ConfigPath;
  /** Ids already taken → index of the entry that has them. */
  readonly ids: ReadonlyMap<string, number>;
  readonly findings: ConfigFindings;
}

const LONGEST_ID = 128;

function chooseId(entry: ValidEntry, { path, ids, findings }: IdContext): string {
  const wanted = entry.model_info?.id;
  if (!wanted) return firstFree(hashId(entry), ids);
  const at = [...path, 'model_info', 'id'];
  const id = subjectToken(wanted).slice(0, LONGEST_ID);
  if (ids.has(id)) findings.refuse(at, `"${wanted}" is already the id of model_list[${ids.get(id)}]; ids must differ`);
  if (id !== wanted) findings.warn(at, `is used as "${id}": ids are at most ${LONGEST_ID} letters, digits, - and _`);
  return id;
}

/**
 * Names the group for people, and hashes what the entry says, so that it stays the same wherever the entry moves.
 * Literal secrets stay out: a rotated key is the same deployment, and ids are public.
 */
function hashId(entry: ValidEntry): string {
  const { api_key: apiKey, extra_headers: headers, ...params } = entry.litellm_params;
  const reference = apiKey && isSecretReference(apiKey) ? apiKey : null;
  const openHeaders = Object.entries(headers ?? {}).filter(([name]) => !isSecretHeader(name));
  const openParams = Object.entries(params).filter(
    ([name, value]) => !isSecretCredential(name) || isSecretReference(String(value)),
  );
  const identity = {
    ...entry,
    litellm_params: { ...Object.fromEntries(openParams), api_key: reference, extra_headers: openHeaders },
  };
  const hash = createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 10);
  return `${subjectToken(entry.model_name).slice(0, 48)}-${hash}`;
}

function firstFree(id: string, taken: ReadonlyMap<string, number>): string {
  if (!taken.has(id)) return id;
  for (let copy = 2; ; copy++) {
    if (!taken.has(`${id}-${copy}`)) return `${id}-${copy}`;
  }
}

function judgeMode(mode: string | null | undefined, path: ConfigPath, findings: ConfigFindings): void {
  if (!mode || SERVED_MODES.has(mode)) return;
  if (KNOWN_MODES.has(mode)) findings.warn(path, `"${mode}" has no endpoint in this version`);
  else findings.refuse(path, `must be one of ${[...KNOWN_MODES].join(', ')}, not "${mode}"`);
}
