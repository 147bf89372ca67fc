import { modelFacts, mostCostNanoUsd, type NoBound } from '@gateway/catalog';
import { type CostBound, type Deployment, formatUsd, type GatewayError, type NanoUsd } from '@gateway/domain';

/** An answer of fewer tokens is none. */
const LEAST_TOKENS = 16;
/** Enough that a price of less than a nano-USD each makes a difference. */
const MANY_TOKENS = 1_000_000;

export interface MoneyQuestion {
  /** As the client calls it. */
  readonly model: string;
  readonly models: readonly { readonly deployment: Deployment; readonly providerModel: string }[];
  /** Its output is what the client said, or nothing where it did not. */
  readonly bound: CostBound;
  readonly limitNanoUsd: NanoUsd;
}

export type AffordedAnswer =
  /** How long the answer may get; undefined where that needs no limit that the client has not set itself. */
  { readonly ok: true; readonly outputTokens?: number } | { readonly ok: false; readonly error: GatewayError };

/**
 * How long the answer may be so that the call costs no more than its limit, whatever it uses: by the deployment that gives
 * the longest one. Those that are dearer are then left out by whoever plans the call, and retries by who makes them.
 */
export function affordAnswer({ model, models, bound, limitNanoUsd }: MoneyQuestion): AffordedAnswer {
  const atUnixMs = Date.now();
  let longest: number | null = null;
  let least: NanoUsd | null = null;
  let missing: NoBound = 'unpriced';
  for (const { deployment, providerModel } of models) {
    const costOf = (outputTokens: number) =>
      mostCostNanoUsd(deployment, providerModel, { bound: { ...bound, outputTokens }, atUnixMs });
    const floor = costOf(bound.outputTokens ?? LEAST_TOKENS);
    if (typeof floor === 'string') {
      missing = floor;
      continue;
    }
    least = Math.min(least ?? floor, floor);
    if (floor > limitNanoUsd) continue;
    const afforded = bound.outputTokens ?? longestFor(limitNanoUsd, (tokens) => costOf(tokens) as NanoUsd);
    const { maxOutputTokens = Infinity } = modelFacts({ ...deployment, providerModel });
    longest = Math.max(longest ?? 0, bound.outputTokens ?? Math.min(afforded, maxOutputTokens));
  }
  if (longest === null)
    return { ok: false, error: least === null ? unknown(model, missing) : tooDear(model, least, limitNanoUsd) };
  return bound.outputTokens !== undefined || longest === Infinity ? { ok: true } : { ok: true, outputTokens: longest };
}

/** The cost rises evenly with the length; rounding may put the first guess one or two tokens too high. */
function longestFor(limitNanoUsd: NanoUsd, costOf: (tokens: number) => NanoUsd): number {
  const none = costOf(0);
  const many = costOf(MANY_TOKENS) - none;
  if (many === 0) return Infinity;
  let tokens = Math.floor(((limitNanoUsd - none) * MANY_TOKENS) / many);
  while (tokens > LEAST_TOKENS && costOf(tokens) > limitNanoUsd) tokens -= 1;
  return Math.max(tokens, LEAST_TOKENS);
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
