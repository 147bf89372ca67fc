import type { ConfiguredPrice } from '@gateway/domain';
import { PRICE_SEED } from '../generated/price-seed';
import { listedModels } from './listed-models';
import type { Price, PriceTier, TokenRates } from './price';
import type { SeedModel, SeedPeriod, SeedRates } from './price-seed';

export interface PriceQuery {
  /** Gateway provider prefix, e.g. `openai`. */
  readonly provider: string;
  /** The model's name at the provider, wildcards filled in. */
  readonly providerModel: string;
  /** `model_info.base_model`, tried first; `provider/model` or a model name alone. */
  readonly baseModel?: string;
  /** The operator's own prices; they win field by field over the catalogue's. */
  readonly configured?: ConfiguredPrice;
  /** When the tokens were used. Without it, the day the price data was published. */
  readonly atUnixMs?: number;
}

/**
 * The price of a model's tokens, or null when nobody knows it: the cost is then unknown, never zero.
 *
 * Simplifications, all of them upward or nil for plain chat: a cached read or write without a price of its own is
 * charged as input, cache writes count as five-minute ones, reasoning tokens are output, sound and pictures without a price
 * of their own are tokens like any other, and video, web search and document units are not priced here.
 */
export function priceOf(query: PriceQuery): Price | null {
  const listed = findListed(query);
  return query.configured === undefined ? listed : withConfigured(query.configured, listed);
}

/** Prices of units win over the list's one by one; whoever gives the price of a token replaces the list's kinds of tokens. */
function withConfigured(configured: ConfiguredPrice, listed: Price | null): Price | null {
  const tokens = withConfiguredTokens(configured, listed);
  const { units } = configured;
  if (units === undefined) return tokens;
  const base = tokens ?? UNITS_ONLY;
  return { ...base, units: { ...base.units, ...units }, source: 'configuration' };
}

function withConfiguredTokens(configured: ConfiguredPrice, listed: Price | null): Price | null {
  const { inputPicoUsdPerToken: input, outputPicoUsdPerToken: output } = configured;
  const { cachedInputPicoUsdPerToken: cachedInput, cacheWritePicoUsdPerToken: cacheWrite } = configured;
  if (input === undefined && output === undefined && cachedInput === undefined && cacheWrite === undefined)
    return listed;
  const known = listed?.unitsOnly ? null : listed;
  // The list's tiers and cache discounts belong to the list's input price: with another one they mean nothing.
  const base =
    input === undefined
      ? known
      : known && { ...known, cachedInputPicoUsdPerToken: input, cacheWritePicoUsdPerToken: input };
  const ownInput = input ?? base?.inputPicoUsdPerToken;
  const ownOutput = output ?? base?.outputPicoUsdPerToken ?? (input === undefined ? undefined : 0);
  if (ownInput === undefined || ownOutput === undefined) return null;
  return {
    inputPicoUsdPerToken: ownInput,
    outputPicoUsdPerToken: ownOutput,
    cachedInputPicoUsdPerToken: cachedInput ?? base?.cachedInputPicoUsdPerToken ?? ownInput,
    cacheWritePicoUsdPerToken: cacheWrite ?? base?.cacheWritePicoUsdPerToken ?? ownInput,
    tiers: [],
    source: 'configuration',
  };
}

function findListed(query: PriceQuery): Price | null {
  const atUnixMs = query.atUnixMs ?? Date.parse(PRICE_SEED.publishedOn);
  for (const model of listedModels(query)) {
    const price = priceAt(model, atUnixMs);
    if (price) return price;
  }
  return null;
}

function priceAt(model: SeedModel, atUnixMs: number): Price | null {
  const period = model.periods.findLast((candidate) => holdsAt(candidate, atUnixMs));
  return period ? priceIn(period) : null;
}

const pricesOfPeriods = new WeakMap<SeedPeriod, Price | null>();

/** Made once for each period: the list never changes, and callers get prices to read only. */
function priceIn(period: SeedPeriod): Price | null {
  let price = pricesOfPeriods.get(period);
  if (price === undefined) {
    price = toPrice(period);
    pricesOfPeriods.set(period, price);
  }
  return price;
}

const UNITS_ONLY: Price = {
  inputPicoUsdPerToken: 0,
  outputPicoUsdPerToken: 0,
  cachedInputPicoUsdPerToken: 0,
  cacheWritePicoUsdPerToken: 0,
  unitsOnly: true,
  tiers: [],
  source: 'catalogue',
};

function toPrice(period: SeedPeriod): Price | null {
  const rates = toRates(period.rates);
  const { units } = period;
  if (!rates) return units ? { ...UNITS_ONLY, units } : null;
  const tiers = (period.tiers ?? []).flatMap(([abovePromptTokens, tierRates]): PriceTier[] => {
    const complete = toRates(tierRates);
    return complete ? [{ abovePromptTokens, ...complete }] : [];
  });
  return { ...rates, ...(units && { units }), tiers, source: 'catalogue' };
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function holdsAt({ fromDay, dailyUtcMinutes }: SeedPeriod, atUnixMs: number): boolean {
  if (fromDay !== undefined && atUnixMs < Date.parse(fromDay)) return false;
  if (!dailyUtcMinutes) return true;
  const [start, end] = dailyUtcMinutes;
  const minute = (atUnixMs % DAY_MS) / MINUTE_MS;
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** Null for what is not sold by input tokens. An output price may be missing (embeddings): nothing is put out then. */
function toRates([input, output, cachedInput, cacheWrite]: SeedRates): TokenRates | null {
  if (input === null) return null;
  return {
    inputPicoUsdPerToken: input,
    outputPicoUsdPerToken: output ?? 0,
    cachedInputPicoUsdPerToken: cachedInput ?? input,
    cacheWritePicoUsdPerToken: cacheWrite ?? input,
  };
}
