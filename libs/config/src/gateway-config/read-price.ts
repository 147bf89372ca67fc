import { type ConfiguredPrice, type UnitPrices, USAGE_UNITS, type UsageUnit } from '@gateway/domain';
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
  const units = readUnitPrices(entry);
  const all: ConfiguredPrice = { ...price, ...(Object.keys(units).length > 0 && { units }) };
  if (Object.keys(all).length === 0) return undefined;
  // Whoever prices pictures or sound has nothing to say about tokens.
  if (Object.keys(price).length === 0) return all;
  if (isGiven(input) !== isGiven(output)) {
    const missing = isGiven(input) ? 'output_cost_per_token' : 'input_cost_per_token';
    const consequence = isGiven(input) ? 'counts as 0' : 'leaves the cost unknown';
    findings.warn(path, `has a price but no ${missing}; unless the price list has it, that ${consequence}`);
  }
  return all;
}

/** Unit → its names in the file, the one that wins first. */
const UNIT_NAMES = {
  searchUnits: ['input_cost_per_query'],
  images: ['output_cost_per_image', 'input_cost_per_image'],
  imagePixels: ['output_cost_per_pixel', 'input_cost_per_pixel'],
  audioInputMs: ['input_cost_per_second', 'input_cost_per_audio_per_second'],
  audioOutputMs: ['output_cost_per_second'],
  characters: ['input_cost_per_character'],
  audioInputTokens: ['input_cost_per_audio_token'],
  audioOutputTokens: ['output_cost_per_audio_token'],
  imageInputTokens: ['input_cost_per_image_token'],
  imageOutputTokens: ['output_cost_per_image_token'],
} as const satisfies Readonly<Record<UsageUnit, readonly (keyof ValidEntry['litellm_params'])[]>>;

function readUnitPrices({ litellm_params: params, model_info: info }: ValidEntry): UnitPrices {
  const prices: Partial<Record<UsageUnit, number>> = {};
  for (const unit of USAGE_UNITS) {
    const given = UNIT_NAMES[unit].map((name) => params[name] ?? info?.[name]).find(isGiven);
    if (given !== undefined) prices[unit] = given;
  }
  // A picture is paid for once.
  if (prices.images !== undefined) delete prices.imagePixels;
  return prices;
}

function isGiven(price: number | null | undefined): price is number {
  return price !== null && price !== undefined;
}
