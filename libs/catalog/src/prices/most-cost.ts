import type { CostBound, Deployment, NanoUsd, UsageUnit } from '@gateway/domain';
import { type ModelFacts, modelFacts } from '../facts/model-facts';
import type { Price } from './price';
import { type PricedDeployment, priceOfDeployment } from './price-of-deployment';

/** Nobody knows the price; or nobody knows how much the call may use of what has one. */
export type NoBound = 'unpriced' | 'unbounded';

type Priced = PricedDeployment & Pick<Deployment, 'maxInputTokens' | 'maxOutputTokens' | 'mode'>;

/** What one call can cost at most, rounded up. */
export function mostCostNanoUsd(
  deployment: Priced,
  providerModel: string,
  { bound, atUnixMs }: { readonly bound: CostBound; readonly atUnixMs: number },
): NanoUsd | NoBound {
  const price = priceOfDeployment(deployment, providerModel, atUnixMs);
  return price === null ? 'unpriced' : mostCostAt(price, factsOf(deployment, providerModel), bound);
}

/** The model that each deployment was last asked about: to look its facts up costs more than all the rest. */
const KNOWN = new WeakMap<Priced, { readonly providerModel: string; readonly facts: ModelFacts }>();

function factsOf(deployment: Priced, providerModel: string): ModelFacts {
  const known = KNOWN.get(deployment);
  if (known?.providerModel === providerModel) return known.facts;
  const facts = modelFacts({ ...deployment, providerModel });
  KNOWN.set(deployment, { providerModel, facts });
  return facts;
}

/** The same where the price and what is known of the model have been looked up. */
export function mostCostAt(price: Price, facts: ModelFacts, bound: CostBound): NanoUsd | NoBound {
  if (price.unitsOnly && bound.units === undefined) return 'unpriced';
  const units = picoUsdOfUnits(price, bound);
  if (units === null) return 'unbounded';
  const tokens = price.unitsOnly ? 0 : picoUsdOfTokens(price, bound, facts);
  return tokens === null ? 'unbounded' : Math.ceil((tokens + units) / 1_000) + 1 + (price.perCallNanoUsd ?? 0);
}

/** At the highest rate that any token of the call may have. */
function picoUsdOfTokens(price: Price, { promptTokens, outputTokens, choices }: CostBound, facts: ModelFacts) {
  // Which tier of service a call is given is the provider's to say, and may be known only afterwards.
  const byService = [price, ...Object.values(price.serviceTiers ?? {})];
  const rates = byService.flatMap((one) => [one, ...one.tiers]);
  const {
    audioInputTokens = 0,
    imageInputTokens = 0,
    audioOutputTokens = 0,
    imageOutputTokens = 0,
  } = price.units ?? {};
  const input = Math.max(
    ...rates.map((rate) =>
      Math.max(rate.inputPicoUsdPerToken, rate.cachedInputPicoUsdPerToken, rate.cacheWritePicoUsdPerToken),
    ),
    audioInputTokens,
    imageInputTokens,
  );
  const output = Math.max(
    ...rates.map((rate) => Math.max(rate.outputPicoUsdPerToken, rate.reasoningPicoUsdPerToken ?? 0)),
    audioOutputTokens,
    imageOutputTokens,
  );
  const prompt = input === 0 ? 0 : (promptTokens ?? facts.maxInputTokens);
  const answer = output === 0 ? 0 : (outputTokens ?? facts.maxOutputTokens ?? facts.contextTokens);
  return prompt === undefined || answer === undefined ? null : prompt * input + answer * choices * output;
}

const COUNTED = ['searchUnits', 'images', 'imagePixels', 'characters'] as const satisfies readonly UsageUnit[];
/** Counted in milliseconds, and priced by the second. */
const TIMED = ['audioInputMs', 'audioOutputMs'] as const satisfies readonly UsageUnit[];

function picoUsdOfUnits({ units: prices = {} }: Price, { units }: CostBound): number | null {
  if (units === undefined) return 0;
  let pico = 0;
  for (const unit of [...COUNTED, ...TIMED]) {
    const price = prices[unit];
    if (price === undefined) continue;
    const count = units[unit];
    if (count === undefined) return null;
    pico += (count * price) / (TIMED.some((timed) => timed === unit) ? 1_000 : 1);
  }
  return pico;
}
