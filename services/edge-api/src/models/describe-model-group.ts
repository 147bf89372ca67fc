import type { ModelGroup } from '@gateway/catalog';
import type { Deployment } from '@gateway/domain';
import { pricesOf, type TokenPrices } from './describe-deployment';
import { modelMode } from './model-mode';

/** One entry of `/model_group/info`: the deployments of a name together. The dearest and the largest count, as in LiteLLM. */
export function describeModelGroup(name: string, { deployments }: Pick<ModelGroup, 'deployments'>) {
  const prices = deployments.map(pricesOf);
  const most = (of: (deployment: Deployment) => number | undefined) => largest(deployments.map(of));
  const dearest = (of: keyof TokenPrices) => largest(prices.map((price) => price[of]));
  const first = deployments[0];
  return {
    model_group: name,
    providers: [...new Set(deployments.map(({ provider }) => provider))],
    max_input_tokens: most(({ maxInputTokens }) => maxInputTokens),
    max_output_tokens: most(({ maxOutputTokens }) => maxOutputTokens),
    input_cost_per_token: dearest('input_cost_per_token'),
    output_cost_per_token: dearest('output_cost_per_token'),
    mode: first ? modelMode(first.baseModel ?? first.providerModel) : null,
    tpm: sum(deployments.map(({ tpm }) => tpm)),
    rpm: sum(deployments.map(({ rpm }) => rpm)),
    // LiteLLM's flags are never null here: false says "not known to".
    supports_parallel_function_calling: false,
    supports_vision: false,
    supports_web_search: false,
    supports_url_context: false,
    supports_reasoning: false,
    supports_function_calling: false,
    supported_openai_params: null,
    configurable_clientside_auth_params: null,
    is_public_model_group: false,
  };
}

function largest(values: readonly (number | null | undefined)[]): number | null {
  const known = knownOf(values);
  return known.length === 0 ? null : Math.max(...known);
}

/** Null unless every deployment says a limit: one without makes the whole group unlimited. */
function sum(values: readonly (number | undefined)[]): number | null {
  const known = knownOf(values);
  return known.length < values.length || known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function knownOf(values: readonly (number | null | undefined)[]): number[] {
  return values.filter((value) => value !== null && value !== undefined);
}
