import { modelFacts, mostCostAt, type NoBound, priceOfDeployment } from '@gateway/catalog';
import { type CostBound, type Deployment, formatUsd, type GatewayError, type NanoUsd } from '@gateway/domain';
import { FALLBACK_MAX_OUTPUT_TOKENS } from '@gateway/providers';

/** An answer of fewer tokens is none. */
const LEAST_TOKENS = 16;

export interface MoneyQuestion {
  /** As the client calls it. */
  readonly model: string;
  readonly models: readonly { readonly deployment: Deployment; readonly providerModel: string }[];
  /** Its output is what the client said, or nothing where it did not. */
  readonly bound: CostBound;
  readonly limitNanoUsd: NanoUsd;
}

export type AffordedAnswer =
  /** How long the answer may get; absent where the client has said that itself. */
  { readonly ok: true; readonly outputTokens?: number } | { readonly ok: false; readonly error: GatewayError };

/**
 * How long the answer may be so that the call costs no more than its limit, whatever it uses: by the deployment that gives
 * the longest one. Those that are dearer are then left out by whoever plans the call, and retries by who makes them. Where
 * nobody knows how long answers of the model get, it is as long as any model's may be.
 */
export function affordAnswer({ model, models, bound, limitNanoUsd }: MoneyQuestion): AffordedAnswer {
  const atUnixMs = Date.now();
  let longest: number | null = null;
  let least: NanoUsd | null = null;
  let missing: NoBound = 'unpriced';
  for (const { deployment, providerModel } of models) {
    const price = priceOfDeployment(deployment, providerModel, atUnixMs);
    if (price === null) continue;
    const facts = modelFacts({ ...deployment, providerModel });
    const costOf = (outputTokens: number) => mostCostAt(price, facts, { ...bound, outputTokens });
    const floor = costOf(bound.outputTokens ?? LEAST_TOKENS);
    if (typeof floor === 'string') {
      missing = floor;
      continue;
    }
    least = Math.min(least ?? floor, floor);
    if (floor > limitNanoUsd) continue;
    const isAfforded = (tokens: number): boolean => Number(costOf(tokens)) <= limitNanoUsd;
    const { maxOutputTokens = FALLBACK_MAX_OUTPUT_TOKENS } = facts;
    longest = Math.max(longest ?? 0, bound.outputTokens ?? longestOf(maxOutputTokens, isAfforded));
  }
  if (longest !== null) return bound.outputTokens === undefined ? { ok: true, outputTokens: longest } : { ok: true };
  return { ok: false, error: least === null ? unknown(model, missing) : tooDear(model, least, limitNanoUsd) };
}

/** The longest answer that there is money for, of those that the model can give. */
function longestOf(most: number, isAfforded: (tokens: number) => boolean): number {
  if (isAfforded(most)) return most;
  let afforded = Math.min(LEAST_TOKENS, most);
  let tooLong = most;
  while (tooLong - afforded > 1) {
    const between = Math.floor((afforded + tooLong) / 2);
    if (isAfforded(between)) afforded = between;
    else tooLong = between;
  }
  return afforded;
}

function tooDear(model: string, leastNanoUsd: NanoUsd, limitNanoUsd: NanoUsd): GatewayError {
  return {
    code: 'invalid_request',
    message:
      `max_cost_usd: a call of '${model}' may cost ${formatUsd(leastNanoUsd)} USD, and this request may cost ` +
      `${formatUsd(limitNanoUsd)}. A shorter prompt or a lower parameters.max_tokens makes it cheaper.`,
    param: 'max_cost_usd',
  };
}

const WHY: Readonly<Record<NoBound, string>> = {
  unpriced: 'What it costs is not known here; the operator can configure its price.',
  unbounded: 'How much it takes is not known here; the operator can configure that (model_info.max_input_tokens).',
};

function unknown(model: string, missing: NoBound): GatewayError {
  return {
    code: 'model_unpriced',
    message: `max_cost_usd: cannot be kept for '${model}'. ${WHY[missing]}`,
    param: 'max_cost_usd',
  };
}
