import { modelFacts, type Price, priceOfDeployment } from '@gateway/catalog';
import { type Deployment, MODEL_CAPABILITIES, type ModelCapabilities } from '@gateway/domain';

const PICO_USD_PER_USD = 1e12;

/** Dollars for one token, as LiteLLM writes prices; null where nobody knows one. */
export interface TokenPrices {
  readonly input_cost_per_token: number | null;
  readonly output_cost_per_token: number | null;
  readonly cache_read_input_token_cost: number | null;
  readonly cache_creation_input_token_cost: number | null;
}

const UNKNOWN: TokenPrices = {
  input_cost_per_token: null,
  output_cost_per_token: null,
  cache_read_input_token_cost: null,
  cache_creation_input_token_cost: null,
};

export function pricesOf(deployment: Deployment): TokenPrices {
  const known = priceOfDeployment(deployment, deployment.providerModel, Date.now());
  return known === null ? UNKNOWN : inUsd(known);
}

/**
 * One entry of `/model/info`. What a deployment is reached with is named here field by field, so that no credential can
 * slip in: keys, headers, parameters of requests and whatever hides in a URL stay out.
 */
export function describeDeployment(deployment: Deployment) {
  const { id, modelGroup, provider, providerModel, baseModel, rpm, tpm } = deployment;
  const facts = modelFacts(deployment);
  const apiBase = shownUrl(deployment.apiBase);
  return {
    model_name: modelGroup,
    litellm_params: {
      model: `${provider}/${providerModel}`,
      custom_llm_provider: provider,
      ...(apiBase !== null && { api_base: apiBase }),
      ...(deployment.apiVersion !== undefined && { api_version: deployment.apiVersion }),
      ...(rpm !== undefined && { rpm }),
      ...(tpm !== undefined && { tpm }),
      ...(deployment.weight !== undefined && { weight: deployment.weight }),
      ...(deployment.order !== undefined && { order: deployment.order }),
    },
    model_info: {
      id,
      db_model: deployment.isStored === true,
      key: baseModel ?? providerModel,
      ...(baseModel !== undefined && { base_model: baseModel }),
      max_tokens: facts.maxOutputTokens ?? null,
      max_input_tokens: facts.maxInputTokens ?? null,
      max_output_tokens: facts.maxOutputTokens ?? null,
      ...pricesOf(deployment),
      litellm_provider: provider,
      mode: facts.mode,
      ...flagsOf(facts.capabilities),
    },
  };
}

/** LiteLLM's flags. Null is its word for "not known". */
function flagsOf(capabilities: ModelCapabilities): Record<string, boolean | null> {
  return Object.fromEntries(MODEL_CAPABILITIES.map((name) => [`supports_${name}`, capabilities[name] ?? null]));
}

function inUsd(price: Price): TokenPrices {
  return {
    input_cost_per_token: price.inputPicoUsdPerToken / PICO_USD_PER_USD,
    output_cost_per_token: price.outputPicoUsdPerToken / PICO_USD_PER_USD,
    cache_read_input_token_cost: price.cachedInputPicoUsdPerToken / PICO_USD_PER_USD,
    cache_creation_input_token_cost: price.cacheWritePicoUsdPerToken / PICO_USD_PER_USD,
  };
}

/** Without what may be secret: user and password, query and fragment. Null for what is no URL. */
function shownUrl(apiBase: string | undefined): string | null {
  if (apiBase === undefined || !URL.canParse(apiBase)) return null;
  const { origin, pathname } = new URL(apiBase);
  return origin === 'null' ? null : `${origin}${pathname === '/' ? '' : pathname}`;
}
