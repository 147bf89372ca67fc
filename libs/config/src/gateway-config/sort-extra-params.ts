import { isPriceName } from '../prices/to-configured-price';
import type { ConfigFindings } from './config-findings';
import type { ConfigPath } from './config-problem';
import { LITELLM_PARAMS } from './gateway-config-schema';
import { CHAT_BODY_FIELDS, UNBUILT_PRICE } from './litellm-names';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';

type OpenMapping = Readonly<Record<string, unknown>>;

/** `litellm_params` is open: what is none of its own keys is a body field for the provider. */
export function sortExtraParams(
  params: OpenMapping,
  path: ConfigPath,
  findings: ConfigFindings,
): { readonly defaultParams: OpenMapping } {
  const extra = Object.entries(params).filter(([name]) => !Object.hasOwn(LITELLM_PARAMS, name) && !isPriceName(name));
  for (const [name] of extra) if (isUnbuiltPrice(name)) findings.noteUnbuilt([...path, name]);
  const defaults = extra.filter(([name]) => !Object.hasOwn(UNBUILT_LITELLM_PARAMS, name) && !isUnbuiltPrice(name));
  const unusual = defaults.map(([name]) => name).filter((name) => !CHAT_BODY_FIELDS.has(name));
  if (unusual.length > 0) findings.warn(path, `sends these to the provider as body fields: ${unusual.join(', ')}`);
  return { defaultParams: Object.fromEntries(defaults) };
}

/** A price of a name that is LiteLLM's and that nothing is charged by here. */
function isUnbuiltPrice(name: string): boolean {
  return !Object.hasOwn(UNBUILT_LITELLM_PARAMS, name) && UNBUILT_PRICE.test(name);
}
