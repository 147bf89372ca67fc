import type { ConfiguredPrice, CostBound, UsageUnits } from '@gateway/domain';
import fc from 'fast-check';
import { costOfCall } from './cost-of-call';
import { mostCostNanoUsd } from './most-cost';

const AT = Date.UTC(2026, 10, 1);
/** Of the list: plain, with a tier, with rates for what is cached, with tokens of sound and of pictures, by units alone. */
const LISTED = [
  { provider: 'openai', providerModel: 'gpt-4o-mini' },
  { provider: 'openai', providerModel: 'gpt-4o-audio-preview' },
  { provider: 'openai', providerModel: 'gpt-image-1' },
  { provider: 'anthropic', providerModel: 'claude-sonnet-4-5' },
  { provider: 'gemini', providerModel: 'gemini-2.5-pro' },
];

const rate = fc.integer({ min: 0, max: 100_000_000 });
const someRate = fc.option(rate, { nil: undefined });
const configured: fc.Arbitrary<ConfiguredPrice> = fc.record({
  inputPicoUsdPerToken: rate,
  outputPicoUsdPerToken: rate,
  cachedInputPicoUsdPerToken: someRate,
  cacheWritePicoUsdPerToken: someRate,
  units: fc.record({ audioInputTokens: rate, imageOutputTokens: rate, searchUnits: rate, audioOutputMs: rate }),
});
const terms = fc.record({
  discountPpm: fc.integer({ min: 0, max: 1_000_000 }),
  marginPpm: fc.integer({ min: 0, max: 5_000_000 }),
  perCallNanoUsd: fc.integer({ min: 0, max: 1_000_000 }),
});
const priced = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...LISTED),
      configured.map((price) => ({ provider: 'openai', providerModel: 'own', price })),
    ),
    fc.option(terms, { nil: undefined }),
  )
  .map(([deployment, priceTerms]) => ({ ...deployment, priceTerms, maxInputTokens: 300_000, maxOutputTokens: 64_000 }));

const tokens = fc.integer({ min: 0, max: 300_000 });
const units = fc.record({
  searchUnits: fc.nat(50),
  images: fc.nat(10),
  imagePixels: fc.nat(200_000_000),
  characters: fc.nat(100_000),
  audioInputMs: fc.nat(10_000_000),
  audioOutputMs: fc.nat(10_000_000),
});
const bounds: fc.Arbitrary<CostBound> = fc.record({
  promptTokens: fc.option(tokens, { nil: null }),
  outputTokens: fc.integer({ min: 0, max: 64_000 }),
  choices: fc.integer({ min: 1, max: 8 }),
  units,
});
/** A part of a whole, as a share of it. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const shares = fc.record({ prompt: share, cached: share, written: share, output: share, kind: share, units: share });

function within({ promptTokens, outputTokens = 0, choices, units: most = {} }: CostBound, of: Record<string, number>) {
  const prompt = Math.floor((promptTokens ?? 300_000) * of.prompt!);
  const cached = Math.floor(prompt * of.cached!);
  const completion = Math.floor(outputTokens * choices * of.output!);
  const used: Record<string, number> = {
    audioInputTokens: Math.floor(prompt * of.kind!),
    imageOutputTokens: Math.floor(completion * of.kind!),
  };
  for (const [unit, count] of Object.entries(most)) used[unit] = Math.floor((count ?? 0) * of.units!);
  return {
    promptTokens: prompt,
    completionTokens: completion,
    cachedPromptTokens: cached,
    cacheWriteTokens: Math.floor((prompt - cached) * of.written!),
    units: used as UsageUnits,
  };
}

describe('what a call costs at most', () => {
  it('D4 P0 is never less than what any call within its bounds is charged', () => {
    fc.assert(
      fc.property(priced, bounds, shares, (deployment, bound, of) => {
        const { providerModel } = deployment;
        const most = mostCostNanoUsd(deployment, providerModel, { bound, atUnixMs: AT });
        const usage = within(bound, of);
        const cost = costOfCall({ deployment, providerModel, usage, atUnixMs: AT });
        // Nobody is called with a budget where the most is not known.
        if (typeof most === 'string' || cost === null) return;
        expect(most).toBeGreaterThanOrEqual(cost.nanoUsd);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not known of a model that nobody knows a price of, nor of a prompt of any length at one of any size', () => {
    const bound = { promptTokens: null, outputTokens: 10, choices: 1 };
    const ask = (deployment: Parameters<typeof mostCostNanoUsd>[0]) =>
      mostCostNanoUsd(deployment, 'own', { bound, atUnixMs: AT });
    expect(ask({ provider: 'openai' })).toBe('unpriced');
    const price = { inputPicoUsdPerToken: 1_000, outputPicoUsdPerToken: 1_000 };
    expect(ask({ provider: 'openai', price })).toBe('unbounded');
    expect(ask({ provider: 'openai', price, maxInputTokens: 90 })).toBe(101);
  });

  it('is that of the model asked about, where a deployment serves several', () => {
    const deployment = { provider: 'openai' };
    const bound = { promptTokens: 10, choices: 1 };
    const ask = (model: string) => mostCostNanoUsd(deployment, model, { bound, atUnixMs: AT });
    const alone = (model: string) => mostCostNanoUsd({ provider: 'openai' }, model, { bound, atUnixMs: AT });
    const models = ['gpt-4o-mini', 'gpt-5-mini', 'gpt-4o-mini'];
    expect(models.map(ask)).toEqual(models.map(alone));
    expect(ask('gpt-4o-mini')).not.toBe(ask('gpt-5-mini'));
  });
});
