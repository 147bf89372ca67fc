import type { UnitPrices } from '@gateway/domain';

/**
 * The shape of the generated price data. Rates are tuples in pico-USD per token — input, output, cached read, cache
 * write — where null means that the source names no such price.
 */
export type SeedRates = readonly [
  input: number | null,
  output: number | null,
  cachedInput: number | null,
  cacheWrite: number | null,
];

/** How the source recognises a model name; letter case is ignored except in `regex`. */
export type NameMatch =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly NameMatch[] }
  | { readonly and: readonly NameMatch[] };

/** One set of rates and when it holds; of several that hold, the last one counts. */
export interface SeedPeriod {
  readonly rates: SeedRates;
  /** Pico-USD of what is not charged by plain tokens; see the domain's `UnitPrices`. */
  readonly units?: UnitPrices;
  /** Rates above so many prompt tokens, by rising threshold. */
  readonly tiers?: readonly (readonly [abovePromptTokens: number, rates: SeedRates])[];
  /** First day, `YYYY-MM-DD` UTC. */
  readonly fromDay?: string;
  /** Daily window in minutes after midnight UTC, start inclusive, end exclusive. */
  readonly dailyUtcMinutes?: readonly [start: number, end: number];
}

export interface SeedModel {
  readonly id: string;
  readonly match: NameMatch;
  readonly periods: readonly SeedPeriod[];
}

export interface PriceSeed {
  /** For people: package, version and the day it was published. */
  readonly source: string;
  readonly publishedOn: string;
  /** The source's provider id → its models in the source's order; the first match counts. */
  readonly providers: Readonly<Record<string, readonly SeedModel[]>>;
}
