import { nearestName } from '@gateway/domain';
import type { ConfigFindings } from './config-findings';
import type { ConfigPath } from './config-problem';
import { LITELLM_PARAMS, MODEL_INFO } from './gateway-config-schema';
import {
  CAPABILITY_FLAG,
  CHAT_BODY_FIELDS,
  UNBUILT_LITELLM_PARAMS,
  UNBUILT_MODEL_INFO,
  UNBUILT_PRICE,
} from './litellm-names';

type OpenMapping = Readonly<Record<string, unknown>>;

/**
 * `litellm_params` is open: what is none of its own keys is a body field for the provider. A name that is nearly one of
 * its own keys is refused as a slip, since `api_bse` in a request body helps nobody.
 */
export function sortExtraParams(
  params: OpenMapping,
  path: ConfigPath,
  findings: ConfigFindings,
): { readonly defaultParams: OpenMapping } {
  const defaults: [string, unknown][] = [];
  const unbuilt: string[] = [];
  const unusual: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (Object.hasOwn(LITELLM_PARAMS, name)) continue;
    if (UNBUILT_LITELLM_PARAMS.has(name) || UNBUILT_PRICE.test(name)) unbuilt.push(name);
    else if (CHAT_BODY_FIELDS.has(name)) defaults.push([name, value]);
    else if (refusedAsSlip(name, LITELLM_PARAMS, { path, findings })) continue;
    else {
      unusual.push(name);
      defaults.push([name, value]);
    }
  }
  if (unbuilt.length > 0) findings.warn(path, `uses keys that have no effect in this version: ${unbuilt.join(', ')}`);
  if (unusual.length > 0) findings.warn(path, `sends these to the provider as body fields: ${unusual.join(', ')}`);
  return { defaultParams: Object.fromEntries(defaults) };
}

/** `model_info` is open too: LiteLLM's users keep notes of their own there. */
export function sortExtraInfo(info: OpenMapping, path: ConfigPath, findings: ConfigFindings): void {
  for (const name of Object.keys(info)) {
    if (Object.hasOwn(MODEL_INFO, name) || UNBUILT_MODEL_INFO.has(name)) continue;
    if (UNBUILT_PRICE.test(name) || CAPABILITY_FLAG.test(name)) continue;
    refusedAsSlip(name, MODEL_INFO, { path, findings });
  }
}

function refusedAsSlip(
  name: string,
  known: OpenMapping,
  { path, findings }: { readonly path: ConfigPath; readonly findings: ConfigFindings },
): boolean {
  const nearest = nearestName(name, Object.keys(known));
  if (nearest === null || name.length < 4) return false;
  findings.refuseKey([...path, name], `is not a key that is known here; did you mean "${nearest}"?`);
  return true;
}
