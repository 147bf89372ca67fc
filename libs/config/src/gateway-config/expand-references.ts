import type { EnvironmentSource } from '../environment/read-environment';
import { isVariableName, referencedVariable } from '../secrets/environment-reference';
import type { ConfigPath } from './config-problem';
import { isCredentialName } from './credential-names';
import { isSecretHeader } from './secret-header';
import { isMapping, type Mapping } from './set-aside-unbuilt';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';
import { MODEL_INFO_NOTES, UNBUILT_MODEL_INFO } from './unbuilt/unbuilt-model-info';

/** A reference that has no value here. */
export interface UnsetReference {
  readonly path: ConfigPath;
  readonly variable: string;
  /** Index in `model_list`, when the reference stands in a deployment's `api_base`: that deployment is skipped. */
  readonly skipsEntry: number | null;
}

export interface Expanded {
  readonly file: Mapping;
  readonly unset: readonly UnsetReference[];
}

/** Values of `environment_variables` over the process environment; the values may be references themselves. */
export function overlayEnvironment(file: Mapping, environment: EnvironmentSource): EnvironmentSource {
  if (!isMapping(file.environment_variables)) return environment;
  const own = Object.entries(file.environment_variables).flatMap(([name, value]): [string, string | undefined][] => {
    if (typeof value !== 'string') return [[name, String(value)]];
    const variable = referencedVariable(value);
    return [[name, variable === null ? value : environment[variable]]];
  });
  return { ...environment, ...Object.fromEntries(own) };
}

/** Replaces every `os.environ/NAME` by its value, but for secrets: those stay references for the workers to resolve. */
export function expandReferences(file: Mapping, environment: EnvironmentSource): Expanded {
  const unset: UnsetReference[] = [];
  const expand = (value: unknown, path: ConfigPath): unknown => {
    if (staysReference(path)) return value;
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (isMapping(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expand(item, [...path, name])]));
    }
    const variable = typeof value === 'string' ? referencedVariable(value) : null;
    if (variable === null) return value;
    const found = isVariableName(variable) ? environment[variable] : undefined;
    if (found !== undefined && found !== '') return found;
    unset.push({ path, variable, skipsEntry: isApiBase(path) ? (path[1] as number) : null });
    return value;
  };
  return { file: expand(file, []) as Mapping, unset };
}

const EXPORT_SECRETS: ReadonlySet<string> = new Set([
  'access_key_id',
  'secret_access_key',
  'session_token',
  'public_key',
  'secret_key',
]);

function staysReference(path: ConfigPath): boolean {
  const [section, second, third, name, header] = path;
  if (section === 'environment_variables' || section === 'credential_list') return true;
  if (section === 'general_settings') return second === 'master_key';
  if (section === 'alerts') return path.includes('secret');
  if (section === 'exports') return EXPORT_SECRETS.has(String(third));
  if (section !== 'model_list' || typeof name !== 'string') return false;
  if (third === 'model_info') return Object.hasOwn(UNBUILT_MODEL_INFO, name) || Object.hasOwn(MODEL_INFO_NOTES, name);
  if (third !== 'litellm_params') return false;
  if (name === 'api_key' || isCredentialName(name) || Object.hasOwn(UNBUILT_LITELLM_PARAMS, name)) return true;
  return name === 'extra_headers' && typeof header === 'string' && isSecretHeader(header);
}

function isApiBase(path: ConfigPath): boolean {
  const [section, , group, name] = path;
  return section === 'model_list' && group === 'litellm_params' && (name === 'api_base' || name === 'base_url');
}
