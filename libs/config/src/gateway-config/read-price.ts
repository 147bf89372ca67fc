import type { ConfiguredPrice } from '@gateway/domain';
import type { ConfigFindings } from './config-findings';
import type { ConfigPath } from './config-problem';
import type { ValidEntry } from './gateway-config-schema';

/** The operator's own prices of one entry, `litellm_params` before `model_info`; undefined when there are none. */
export function readPrice(entry: ValidEntry, path: ConfigPath, findings: ConfigFindings): ConfiguredPrice | undefined {
  const { litellm_params: params, model_info: info } = entry;
  const input = params.input_cost_per_token ?? info?.input_cost_per_token;
  const output = params.output_cost_per_token ?? info?.output_cost_per_token;
  const cachedInput = params.cache_read_input_token_cost ?? info?.cache_read_input_token_cost;
  const cacheWrite = params.cache_creation_input_token_cost ?? info?.cache_creation_input_token_cost;
  const price: ConfiguredPrice = {
    ...(isGiven(input) && { inputPicoUsdPerToken: input }),
    ...(isGiven(output) && { outputPicoUsdPerToken: output }),
    ...(isGiven(cachedInput) && { cachedInputPicoUsdPerToken: cachedInput }),
    ...(isGiven(cacheWrite) && { cacheWritePicoUsdPerToken: cacheWrite }),
  };
  if (Object.keys(price).length === 0) return undefined;
  if (isGiven(input) !== isGiven(output)) {
    const missing = isGiven(input) ? 'output_cost_per_token' : 'input_cost_per_token';
    const consequence = isGiven(input) ? 'counts as 0' : 'leaves the cost unknown';
    findings.warn(path, `has a price but no ${missing}; unless the price list has it, that ${consequence}`);
  }
  return price;
}

function isGiven(price: number | null | undefined): price is number {
  return price !== null && price !== undefined;
}
