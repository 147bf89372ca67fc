import fc from 'fast-check';
import { type BillableUsage, costNanoUsd } from './cost-nano-usd';
import type { Price, TokenRates } from './price';

const rate = fc.integer({ min: 0, max: 200_000_000 });
const rates: fc.Arbitrary<TokenRates> = fc.record({
  inputPicoUsdPerToken: rate,
  outputPicoUsdPerToken: rate,
  cachedInputPicoUsdPerToken: rate,
  cacheWritePicoUsdPerToken: rate,
});
const flatPrice: fc.Arbitrary<Price> = rates.map((own) => ({ ...own, tiers: [], source: 'catalogue' }));

const tokens = fc.integer({ min: 0, max: 2_000_000 });
const usageOf = (plain: number, cached: number, written: number, completion: number): BillableUsage => ({
  promptTokens: plain + cached + written,
  cachedPromptTokens: cached,
  cacheWriteTokens: written,
  completionTokens: completion,
});
const parts = fc.tuple(tokens, tokens, tokens, tokens);

/** The same sum by schoolbook rational arithmetic: numerator over 1000, compared without rounding. */
function exactPico([plain, cached, written, completion]: [number, number, number, number], price: Price): bigint {
  const terms: [number, number][] = [
    [plain, price.inputPicoUsdPerToken],
    [cached, price.cachedInputPicoUsdPerToken],
    [written, price.cacheWritePicoUsdPerToken],
    [completion, price.outputPicoUsdPerToken],
  ];
  return terms.reduce((sum, [count, each]) => sum + BigInt(count) * BigInt(each), 0n);
}

describe('costNanoUsd', () => {
  it('D2 is always within half a nano-USD of the exact sum, halves going up', () => {
    fc.assert(
      fc.property(parts, flatPrice, (counts, price) => {
        const error = BigInt(costNanoUsd(usageOf(...counts), price)) * 1000n - exactPico(counts, price);
        expect(error > -500n && error <= 500n).toBe(true);
      }),
    );
  });

  it('D2 never makes more tokens cheaper', () => {
    fc.assert(
      fc.property(parts, parts, flatPrice, (counts, more, price) => {
        const larger = counts.map((count, index) => count + more[index]!) as typeof counts;
        expect(costNanoUsd(usageOf(...larger), price)).toBeGreaterThanOrEqual(costNanoUsd(usageOf(...counts), price));
      }),
    );
  });

  it('D2 adds up over requests but for the rounding of each', () => {
    fc.assert(
      fc.property(parts, parts, flatPrice, (one, other, price) => {
        const both = one.map((count, index) => count + other[index]!) as typeof one;
        const apart = costNanoUsd(usageOf(...one), price) + costNanoUsd(usageOf(...other), price);
        expect(Math.abs(costNanoUsd(usageOf(...both), price) - apart)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('D2 is never negative and always whole, whatever a provider reports', () => {
    const anything = fc.oneof(fc.double(), fc.integer(), fc.constant(Number.NaN));
    fc.assert(
      fc.property(anything, anything, anything, anything, flatPrice, (prompt, completion, cached, written, price) => {
        const cost = costNanoUsd(
          { promptTokens: prompt, completionTokens: completion, cachedPromptTokens: cached, cacheWriteTokens: written },
          price,
        );
        expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
      }),
    );
  });

  it('D2 is exact where a double is not, up to the largest amount and no further', () => {
    const wide = fc.record({
      promptTokens: fc.integer({ min: 0, max: 1e12 }),
      completionTokens: fc.integer({ min: 0, max: 1e12 }),
    });
    fc.assert(
      fc.property(wide, flatPrice, (tokensOf, price) => {
        const cost = costNanoUsd({ ...tokensOf, cachedPromptTokens: 0, cacheWriteTokens: 0 }, price);
        const exact = exactPico([tokensOf.promptTokens, 0, 0, tokensOf.completionTokens], price);
        const limit = BigInt(Number.MAX_SAFE_INTEGER);
        const nano = (exact + 500n) / 1000n;
        expect(BigInt(cost)).toBe(nano < limit ? nano : limit);
      }),
    );
  });

  it('D2 refuses a rate that is no whole number instead of rounding it', () => {
    const flat: Price = {
      inputPicoUsdPerToken: 0.5,
      outputPicoUsdPerToken: 0,
      cachedInputPicoUsdPerToken: 0,
      cacheWritePicoUsdPerToken: 0,
      tiers: [],
      source: 'configuration',
    };
    expect(() => costNanoUsd(usageOf(2, 0, 0, 0), flat)).toThrow(RangeError);
  });

  it('rounds half a nano-USD up', () => {
    const price: Price = {
      inputPicoUsdPerToken: 500,
      outputPicoUsdPerToken: 499,
      cachedInputPicoUsdPerToken: 0,
      cacheWritePicoUsdPerToken: 0,
      tiers: [],
      source: 'configuration',
    };
    expect(costNanoUsd(usageOf(1, 0, 0, 0), price)).toBe(1);
    expect(costNanoUsd(usageOf(0, 0, 0, 1), price)).toBe(0);
    expect(costNanoUsd(usageOf(3, 0, 0, 0), price)).toBe(2);
  });

  it('charges the whole request at the tier its prompt reaches', () => {
    const base = { outputPicoUsdPerToken: 2_000, cachedInputPicoUsdPerToken: 0, cacheWritePicoUsdPerToken: 0 };
    const price: Price = {
      ...base,
      inputPicoUsdPerToken: 1_000,
      tiers: [
        { ...base, abovePromptTokens: 10, inputPicoUsdPerToken: 3_000 },
        { ...base, abovePromptTokens: 20, inputPicoUsdPerToken: 5_000, outputPicoUsdPerToken: 7_000 },
      ],
      source: 'catalogue',
    };
    expect(costNanoUsd(usageOf(10, 0, 0, 1), price)).toBe(12);
    expect(costNanoUsd(usageOf(11, 0, 0, 1), price)).toBe(35);
    expect(costNanoUsd(usageOf(1, 20, 0, 1), price)).toBe(12);
  });
});
