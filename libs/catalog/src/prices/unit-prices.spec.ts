import { NO_USAGE, type UnitPrices, type UsageUnit, type UsageUnits } from '@gateway/domain';
import fc from 'fast-check';
import { type BillableUsage, costNanoUsd, isPriced } from './cost-nano-usd';
import type { Price } from './price';
import { priceOf } from './price-of';

const COUNTED: readonly UsageUnit[] = ['searchUnits', 'images', 'imagePixels', 'characters'];
const TIMED: readonly UsageUnit[] = ['audioInputMs', 'audioOutputMs'];
const INPUT: readonly UsageUnit[] = ['audioInputTokens', 'imageInputTokens'];
const OUTPUT: readonly UsageUnit[] = ['audioOutputTokens', 'imageOutputTokens'];
const ALL = [...COUNTED, ...TIMED, ...INPUT, ...OUTPUT];

const record = (value: fc.Arbitrary<number>) =>
  fc.record(Object.fromEntries(ALL.map((unit) => [unit, value])), { requiredKeys: [] }) as fc.Arbitrary<UsageUnits>;
const rate = fc.integer({ min: 0, max: 500_000_000 });
const count = fc.integer({ min: 0, max: 1_000_000 });
const price: fc.Arbitrary<Price> = fc
  .tuple(rate, rate, rate, rate, record(rate))
  .map(([input, output, cached, written, units]) => ({
    inputPicoUsdPerToken: input,
    outputPicoUsdPerToken: output,
    cachedInputPicoUsdPerToken: cached,
    cacheWritePicoUsdPerToken: written,
    units,
    tiers: [],
    source: 'configuration',
  }));
/** Kinds are parts of the tokens, as providers report them. */
const usage: fc.Arbitrary<BillableUsage> = fc
  .tuple(fc.array(count, { minLength: 4, maxLength: 4 }), record(count))
  .map(([[plain = 0, cached = 0, written = 0, text = 0], units]) => ({
    promptTokens: plain + cached + written + sum(units, INPUT),
    cachedPromptTokens: cached,
    cacheWriteTokens: written,
    completionTokens: text + sum(units, OUTPUT),
    units,
  }));

function sum(units: UsageUnits, of: readonly UsageUnit[]): number {
  return of.reduce((total, unit) => total + (units[unit] ?? 0), 0);
}

/** The same by schoolbook arithmetic, in femto-USD. */
function exactFemto(used: BillableUsage, at: Price): bigint {
  const units: UsageUnits = used.units ?? {};
  const rates: UnitPrices = at.units ?? {};
  const tokens = (total: number, own: number, kinds: readonly UsageUnit[]) => {
    let pico = 0n;
    let left = BigInt(total);
    for (const kind of kinds) {
      if (rates[kind] === undefined) continue;
      left -= BigInt(units[kind] ?? 0);
      pico += BigInt(units[kind] ?? 0) * BigInt(rates[kind]);
    }
    return pico + left * BigInt(own);
  };
  const plain = used.promptTokens - used.cachedPromptTokens - used.cacheWriteTokens;
  let pico =
    tokens(plain, at.inputPicoUsdPerToken, INPUT) + tokens(used.completionTokens, at.outputPicoUsdPerToken, OUTPUT);
  pico += BigInt(used.cachedPromptTokens) * BigInt(at.cachedInputPicoUsdPerToken);
  pico += BigInt(used.cacheWriteTokens) * BigInt(at.cacheWritePicoUsdPerToken);
  for (const unit of COUNTED) pico += BigInt(units[unit] ?? 0) * BigInt(rates[unit] ?? 0);
  let femto = pico * 1000n;
  for (const unit of TIMED) femto += BigInt(units[unit] ?? 0) * BigInt(rates[unit] ?? 0);
  return femto;
}

describe('D2 the cost of units', () => {
  it('is the exact sum, rounded once, half up', () => {
    fc.assert(
      fc.property(usage, price, (used, at) => {
        const error = BigInt(costNanoUsd(used, at)) * 1_000_000n - exactFemto(used, at);
        expect(error > -500_000n && error <= 500_000n).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is never negative and always whole, whatever a provider reports', () => {
    const anything = fc.oneof(fc.double(), fc.integer(), fc.constant(Number.NaN));
    fc.assert(
      fc.property(anything, anything, record(anything), price, (prompt, completion, units, at) => {
        const cost = costNanoUsd({ ...NO_USAGE, promptTokens: prompt, completionTokens: completion, units }, at);
        expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
      }),
    );
  });

  it('is that of the tokens alone where there are no units', () => {
    fc.assert(
      fc.property(usage, price, ({ units: _, ...used }, at) => {
        expect(costNanoUsd({ ...used, units: {} }, at)).toBe(costNanoUsd(used, at));
      }),
    );
  });

  it('is unknown, and not zero, exactly where nothing that was used has a price', () => {
    fc.assert(
      fc.property(usage, price, fc.boolean(), (used, at, unitsOnly) => {
        const known: Price = unitsOnly ? { ...at, unitsOnly: true } : at;
        const named = ALL.filter((unit) => (used.units?.[unit] ?? 0) > 0);
        const tokens = used.promptTokens + used.completionTokens > 0;
        const covered =
          (!unitsOnly && (tokens || named.length === 0)) || named.some((unit) => at.units?.[unit] !== undefined);
        expect(isPriced(used, known)).toBe(covered);
      }),
    );
  });
});

describe('D1 prices of units', () => {
  const ofImage = { ...NO_USAGE, units: { images: 2, imagePixels: 2_097_152 } };

  it('stand in the list: kinds of tokens, and seconds of sound', () => {
    expect(priceOf({ provider: 'openai', providerModel: 'gpt-image-1' })).toMatchObject({
      units: { imageInputTokens: 10_000_000 },
    });
    const whisper = priceOf({ provider: 'openai', providerModel: 'whisper-1' });
    expect(whisper).toMatchObject({ unitsOnly: true, units: { audioInputMs: 100_000_000 } });
    // 0.006 USD a minute.
    expect(costNanoUsd({ ...NO_USAGE, units: { audioInputMs: 60_000 } }, whisper!)).toBe(6_000_000);
  });

  it('are the operator’s where given, beside the tokens of the list', () => {
    const units = { images: 40_000_000_000 };
    const alone = priceOf({ provider: 'nobody', providerModel: 'x', configured: { units } });
    expect(alone).toMatchObject({ unitsOnly: true, source: 'configuration' });
    expect(costNanoUsd(ofImage, alone!)).toBe(80_000_000);
    expect(isPriced({ ...NO_USAGE, promptTokens: 5 }, alone!)).toBe(false);
    expect(priceOf({ provider: 'openai', providerModel: 'gpt-image-1', configured: { units } })).toMatchObject({
      inputPicoUsdPerToken: 5_000_000,
      units: { images: 40_000_000_000, imageInputTokens: 10_000_000 },
    });
  });

  it('of a model that has none leave its tokens unknown when only part of them is configured', () => {
    const configured = { outputPicoUsdPerToken: 5 };
    expect(priceOf({ provider: 'openai', providerModel: 'whisper-1', configured })).toBeNull();
  });
});

describe('D3 pictures by their list price', () => {
  it.each([
    ['stable-image-core', 30_000_000],
    ['sd3.5-large', 65_000_000],
    ['inpaint', 50_000_000],
  ])('%s', (providerModel, nanoUsd) => {
    const listed = priceOf({ provider: 'stability', providerModel });
    const two = { ...NO_USAGE, units: { images: 2 } };
    expect(listed && costNanoUsd(two, listed)).toBe(2 * nanoUsd);
    expect(listed && isPriced(two, listed)).toBe(true);
  });

  it('is none where no source names it', () => {
    expect(priceOf({ provider: 'stability', providerModel: 'sd3' })).toBeNull();
    expect(priceOf({ provider: 'fal_ai', providerModel: 'inpaint' })).toBeNull();
  });
});
