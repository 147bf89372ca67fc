import type { EnvironmentSource } from '../environment/read-environment';
import { isVariableName } from '../secrets/environment-reference';
import { ConfigFindings } from './config-findings';
import { type ConfigPath, type ConfigProblem, formatPath } from './config-problem';
import { describeIssues } from './describe-issues';
import { type Expanded, expandReferences, overlayEnvironment } from './expand-references';
import type { GatewayConfig } from './gateway-config';
import { GATEWAY_CONFIG_SCHEMA, type ValidFile } from './gateway-config-schema';
import { readWholeConfiguration } from './include/assemble-files';
import type { IncludedFiles } from './include/included-files';
import { credentialUsersOf, mergeNamedCredentials, type StoredCredentials } from './named-credentials';
import { readAccountDefaults } from './read-account-defaults';
import { readAlerts } from './read-alerts';
import { readDeployments } from './read-deployments';
import { readExports } from './read-exports';
import { readKeyManagement } from './read-key-management';
import { readPriceTerms } from './read-price-terms';
import { readRouting } from './read-routing';
import { refuseSlips } from './refuse-slips';
import { isMapping, type Mapping, setAsideUnbuilt, UNBUILT_BY_SECTION, type UnbuiltSetting } from './set-aside-unbuilt';
import { markStored, type StoredModelEntry } from './stored-models';
import type { YamlSource } from './yaml-source';

export interface ParseOptions {
  /** For people; the file itself is not read. */
  readonly fileName: string;
  /** Where `os.environ/NAME` is looked up. */
  readonly environment: EnvironmentSource;
  /** Provider prefixes the workers have an adapter for. */
  readonly knownProviders: readonly string[];
  /** The files that it includes: see `gatherIncludes`. */
  readonly included?: IncludedFiles | undefined;
  /** Models kept elsewhere: they come after those of the file, in this order. */
  readonly storedModels?: readonly StoredModelEntry[];
  /** Credentials kept elsewhere that the file's deployments may name. */
  readonly storedCredentials?: StoredCredentials;
}

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: GatewayConfig;
      readonly warnings: readonly ConfigProblem[];
      /** Credential name → model groups that use it. */
      readonly credentialUsers: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const NONE_STORED: StoredCredentials = new Map();
const DEFAULT_MAX_REQUEST_MEGABYTES = 32;
const BYTES_PER_MEGABYTE = 2 ** 20;

/** Reads, checks and interprets a LiteLLM-compatible YAML file. Pure: all it knows comes in. Never throws on bad text. */
export function parseGatewayConfig(text: string, options: ParseOptions): ParsedConfig {
  const yaml = readWholeConfiguration(text, options.fileName, {
    included: options.included ?? {},
    storedModels: options.storedModels ?? [],
  });
  if (!yaml.ok) return yaml;
  const { source } = yaml;
  const findings = new ConfigFindings(source);
  if (!isMapping(source.value)) {
    findings.refuse([], 'must be a mapping that begins with model_list; the file is empty or holds something else');
    return { ok: false, problems: findings.problems };
  }
  const { built: written, unbuilt } = setAsideUnbuilt(source.value);
  judgeUnbuilt(unbuilt, source, findings);
  const built = mergeNamedCredentials(written, options.storedCredentials ?? NONE_STORED, findings);
  const environment = overlayEnvironment(built, options.environment);
  const expanded = expandReferences(built, environment);
  const skipped = judgeUnset(expanded, findings);
  refuseSlips(built, findings);
  const validated = GATEWAY_CONFIG_SCHEMA.safeParse(withoutUnset(expanded, skipped));
  if (!validated.success) {
    const issues = describeIssues(validated.error.issues, {
      schema: GATEWAY_CONFIG_SCHEMA,
      value: expanded.file,
      written: built,
      at: [],
      source,
      unbuiltAt,
      showsValues: true,
    });
    const said = new Set(findings.problems.map(({ path }) => path));
    const further = issues.filter(({ path }) => !said.has(path));
    return { ok: false, problems: inOrder([...findings.problems, ...further]) };
  }
  const config = interpret(validated.data, { findings, skipped, options });
  findings.warnOfUnbuilt();
  if (findings.problems.length > 0) return { ok: false, problems: inOrder(findings.problems) };
  const credentialUsers = credentialUsersOf(written);
  return { ok: true, config, warnings: inOrder(findings.warnings), credentialUsers };
}

/** What has no effect must still be of its form: a mistake in it would only be found when it has one. */
function judgeUnbuilt(unbuilt: readonly UnbuiltSetting[], source: YamlSource, findings: ConfigFindings): void {
  for (const { path, schema, value, isMissed } of unbuilt) {
    if (isMissed) findings.noteUnbuilt(path);
    const verdict = schema.safeParse(value);
    if (verdict.success) continue;
    const checked = { schema, value, at: path, source, unbuiltAt: () => [], showsValues: false };
    findings.problems.push(...describeIssues(verdict.error.issues, checked));
  }
}

function unbuiltAt(path: ConfigPath): readonly string[] {
  return path.length > 1 ? [] : Object.keys(UNBUILT_BY_SECTION.get(String(path[0] ?? '')) ?? {});
}

interface Interpretation {
  readonly findings: ConfigFindings;
  readonly skipped: ReadonlySet<number>;
  readonly options: ParseOptions;
}

function interpret(file: ValidFile, { findings, skipped, options }: Interpretation): GatewayConfig {
  const literalVariables = new Map(
    Object.entries(overlayEnvironment(file, options.environment)).filter(([name]) =>
      Object.hasOwn(file.environment_variables ?? {}, name),
    ),
  );
  const deployments = readDeployments(file, {
    findings,
    skipped,
    literalVariables,
    knownProviders: options.knownProviders,
    dropParams: file.litellm_settings?.drop_params,
    priceTermsOf: readPriceTerms(file.litellm_settings, { findings, knownProviders: options.knownProviders }),
    clientsMayAll: file.general_settings?.allow_client_side_credentials ?? false,
    maxParallelRequests: file.router_settings?.default_max_parallel_requests,
  });
  warnOfMasterKey(file, findings);
  const customerBudgetId = file.litellm_settings?.max_end_user_budget_id;
  const megabytes = file.general_settings?.max_request_size_mb ?? DEFAULT_MAX_REQUEST_MEGABYTES;
  return {
    deployments: markStored(deployments, options.storedModels ?? []),
    ...readRouting(file, {
      findings,
      servedGroups: new Set(deployments.map(({ deployment }) => deployment.modelGroup)),
    }),
    maxBodyBytes: Math.round(megabytes * BYTES_PER_MEGABYTE),
    ...(customerBudgetId && { customerBudgetId }),
    ...readAccountDefaults(file.litellm_settings),
    ...readAlerts(file, findings),
    ...readExports(file, findings),
    ...readKeyManagement(file, findings),
  };
}

/** Unset references: a deployment without its base URL is skipped, and what else it lacks with it; others are problems. */
function judgeUnset({ unset }: Expanded, findings: ConfigFindings): ReadonlySet<number> {
  const skipped = new Set(unset.flatMap(({ skipsEntry }) => (skipsEntry === null ? [] : [skipsEntry])));
  for (const { path, variable, skipsEntry } of unset) {
    if (skipsEntry !== null && isVariableName(variable)) {
      findings.warn(path, `the deployment is skipped: ${variable} is not set`);
    } else if (!isVariableName(variable)) {
      findings.refuse(path, `must name an environment variable after os.environ/, not ${JSON.stringify(variable)}`);
    } else if (!(path[0] === 'model_list' && skipped.has(Number(path[1])))) {
      findings.refuse(path, `refers to ${variable}, which is not set; set it, or write the value here`);
    }
  }
  return skipped;
}

const ALWAYS_NEEDED = new Set(['model', 'model_name']);

/** Takes unset references out of skipped deployments, so that the rest of the entry can be checked. */
function withoutUnset({ file, unset }: Expanded, skipped: ReadonlySet<number>): Mapping {
  if (skipped.size === 0 || !Array.isArray(file.model_list)) return file;
  const dead = new Set(unset.map(({ path }) => formatPath(path)));
  const drop = (value: unknown, path: ConfigPath): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => drop(item, [...path, index]));
    if (!isMapping(value)) return value;
    const kept = Object.entries(value).filter(
      ([name]) => ALWAYS_NEEDED.has(name) || !dead.has(formatPath([...path, name])),
    );
    return Object.fromEntries(kept.map(([name, item]) => [name, drop(item, [...path, name])]));
  };
  const models = file.model_list.map((entry: unknown, index) =>
    skipped.has(index) ? drop(entry, ['model_list', index]) : entry,
  );
  return { ...file, model_list: models };
}

function warnOfMasterKey(file: ValidFile, findings: ConfigFindings): void {
  const key = file.general_settings?.master_key;
  if (key === null || key === undefined || String(key).startsWith('os.environ/')) return;
  findings.warn(
    ['general_settings', 'master_key'],
    'is ignored: the master key comes from LLM_GATEWAY_MASTER_KEY; take it out of the file',
  );
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
}
