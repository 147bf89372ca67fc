import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { PRICE_SEED } from '../generated/price-seed';
import { costNanoUsd } from './cost-nano-usd';
import { PICTURE_PRICES } from './picture-prices';
import { priceOf } from './price-of';
import { PRICE_SOURCES } from './price-sources';

describe('priceOf', () => {
  it('D1 finds list prices by the name at the provider', () => {
    expect(priceOf({ provider: 'openai', providerModel: 'gpt-4o' })).toEqual({
      inputPicoUsdPerToken: 2_500_000,
      outputPicoUsdPerToken: 10_000_000,
      cachedInputPicoUsdPerToken: 1_250_000,
      cacheWritePicoUsdPerToken: 2_500_000,
      tiers: [],
      source: 'catalogue',
    });
    expect(priceOf({ provider: 'anthropic', providerModel: 'Claude-Opus-5' })).toMatchObject({
      cachedInputPicoUsdPerToken: 500_000,
      cacheWritePicoUsdPerToken: 6_250_000,
    });
  });

  it('D1 never prices what it does not know', () => {
    expect(priceOf({ provider: 'openai', providerModel: 'my-own-model' })).toBeNull();
    expect(priceOf({ provider: 'hosted_vllm', providerModel: 'gpt-4o' })).toBeNull();
    expect(priceOf({ provider: 'constructor', providerModel: 'gpt-4o' })).toBeNull();
  });

  it('D1 prices a private name by its base model', () => {
    const price = priceOf({ provider: 'openai', providerModel: 'gpt-4o' });
    expect(priceOf({ provider: 'azure', providerModel: 'team-a', baseModel: 'azure/gpt-4o' })).toMatchObject({
      inputPicoUsdPerToken: price?.inputPicoUsdPerToken,
    });
    expect(priceOf({ provider: 'hosted_vllm', providerModel: 'x', baseModel: 'gpt-4o' })).toEqual(price);
    expect(priceOf({ provider: 'hosted_vllm', providerModel: 'x', baseModel: 'openai/gpt-4o' })).toEqual(price);
  });

  it('D1 follows dated and daily prices', () => {
    const inputOf = (provider: string, providerModel: string, at: string) =>
      priceOf({ provider, providerModel, atUnixMs: Date.parse(at) })?.inputPicoUsdPerToken;
    expect(inputOf('gemini', 'gemini-3.6-flash', '2026-12-31T23:59:59Z')).toBe(750_000);
    expect(inputOf('gemini', 'gemini-3.6-flash', '2027-01-01T00:00:00Z')).toBe(1_500_000);
    expect(inputOf('deepseek', 'deepseek-v4-flash', '2026-08-16T12:00:00Z')).toBe(140_000);
    expect(inputOf('deepseek', 'deepseek-v4-flash', '2026-08-18T00:59:00Z')).toBe(220_000);
    expect(inputOf('deepseek', 'deepseek-v4-flash', '2026-08-18T01:00:00Z')).toBe(440_000);
  });

  it('D1 finds the same again, however many other names were asked for in between', () => {
    const query = { provider: 'openai', providerModel: 'gpt-4o' };
    const first = priceOf(query);
    for (let index = 0; index < 5_000; index += 1) {
      expect(priceOf({ provider: 'openai', providerModel: `nobody-${index}` })).toBeNull();
    }
    expect(priceOf(query)).toEqual(first);
    expect(priceOf({ ...query, baseModel: 'gpt-4o-mini' })?.inputPicoUsdPerToken).toBe(150_000);
    expect(priceOf(query)).toEqual(first);
  });

  it('D1 does not take names for the same because they read the same once joined', () => {
    expect(priceOf({ provider: 'openai', providerModel: 'gpt-4o' })).not.toBeNull();
    expect(priceOf({ provider: 'open', providerModel: 'aigpt-4o' })).toBeNull();
    expect(priceOf({ provider: 'openai', providerModel: 'x', baseModel: 'gpt-4o' })).not.toBeNull();
    expect(priceOf({ provider: 'openai', providerModel: 'x/gpt-4o' })).toBeNull();
    expect(priceOf({ provider: 'openai', providerModel: 'x/gpt-4o', baseModel: '' })).toBeNull();
  });

  it('D1 lets the configuration win, and drops discounts that belong to another input price', () => {
    const query = { provider: 'openai', providerModel: 'gpt-5.5' };
    expect(priceOf(query)?.tiers).toHaveLength(1);
    expect(priceOf({ ...query, configured: { inputPicoUsdPerToken: 7 } })).toEqual({
      inputPicoUsdPerToken: 7,
      outputPicoUsdPerToken: 30_000_000,
      cachedInputPicoUsdPerToken: 7,
      cacheWritePicoUsdPerToken: 7,
      tiers: [],
      source: 'configuration',
    });
    expect(priceOf({ ...query, configured: {} })?.source).toBe('catalogue');
    const unknown = { provider: 'x', providerModel: 'y' };
    expect(priceOf({ ...unknown, configured: { outputPicoUsdPerToken: 7 } })).toBeNull();
    expect(priceOf({ ...unknown, configured: { inputPicoUsdPerToken: 0, outputPicoUsdPerToken: 0 } })).toMatchObject({
      inputPicoUsdPerToken: 0,
    });
  });

  it('has every source it refers to, and only whole rates that are not negative', () => {
    expect(Object.keys({ ...PRICE_SEED.providers, ...PICTURE_PRICES })).toEqual(
      expect.arrayContaining([...PRICE_SOURCES.values()].flat()),
    );
    for (const model of Object.values(PRICE_SEED.providers).flat()) {
      for (const { rates, tiers = [] } of model.periods) {
        for (const rate of [...rates, ...tiers.flatMap(([, tierRates]) => tierRates)]) {
          expect(rate === null || (Number.isSafeInteger(rate) && rate >= 0)).toBe(true);
        }
      }
    }
  });

  it.each([
    ['openai', 'gpt-4o', 1_000],
    ['openai', 'gpt-5.5', 300_000],
    ['anthropic', 'claude-sonnet-4-5', 250_000],
    ['google', 'gemini-2.5-pro', 200_000],
    ['google', 'gemini-2.5-pro', 200_001],
    ['groq', 'llama-3.3-70b-versatile', 5_000],
  ])('D2 agrees with its source on %s %s with %d prompt tokens', (providerId, model, promptTokens) => {
    const usage = { promptTokens, completionTokens: 1_234, cachedPromptTokens: 400, cacheWriteTokens: 0 };
    const theirs = calcPrice({ input_tokens: promptTokens, output_tokens: 1_234, cache_read_tokens: 400 }, model, {
      provider: findProvider({ providerId }),
      timestamp: new Date(PRICE_SEED.publishedOn),
    });
    const provider = providerId === 'google' ? 'gemini' : providerId;
    const ours = priceOf({ provider, providerModel: model });
    if (!ours || !theirs) throw new Error('no price');
    expect(costNanoUsd(usage, ours) / 1e9).toBeCloseTo(theirs.total_price, 8);
  });
});
