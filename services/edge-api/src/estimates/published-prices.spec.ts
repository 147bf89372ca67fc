import { costOfCall } from '@gateway/catalog';
import { type ConfiguredPrice, NANO_USD_PER_USD } from '@gateway/domain';
import { usageOfAnswer } from '@gateway/wire-formats';

/** When the calls of the table were made: prices are those of that day. */
const AT_UNIX_MS = Date.parse('2026-01-15T12:00:00Z');

const chat = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, ...more },
});
const cached = (cached_tokens: number) => ({ prompt_tokens_details: { cached_tokens } });
const messages = (input_tokens: number, output_tokens: number, more: object = {}) => ({
  usage: { input_tokens, output_tokens, ...more },
});
const gemini = (promptTokenCount: number, candidatesTokenCount: number, more: object = {}) => ({
  usageMetadata: { promptTokenCount, candidatesTokenCount, ...more },
});

interface InvoiceLine {
  readonly of: string;
  readonly provider: string;
  readonly model: string;
  /** What the operator says of the model, where the price list that comes with the gateway says nothing. */
  readonly price?: ConfiguredPrice;
  /** The usage as the provider's answer says it. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** By hand: tokens by published price, both in millions. */
  readonly usd: number;
}

/**
 * Prices: openai.com/api/pricing, claude.com/pricing, ai.google.dev/gemini-api/docs/pricing, docs.x.ai/docs/models,
 * groq.com/pricing and cohere.com/pricing, as published in January 2026. Looked up again in November 2026, in what others had
 * written down of them: OpenAI's in "OpenAI API Pricing 2026" of deploybase.ai (March 2026) and on aimodelcalc.pages.dev (May 2026),
 * Groq's on theneuralbase.com (April 2026), Cohere's in the documentation of the gateway Lava. Not found again were those of grok-4 (the
 * page of x.ai fills in its prices by a script); those of Anthropic, Google and of batches were not looked up again.
 */
const INVOICE: readonly InvoiceLine[] = [
  {
    of: 'a prompt that was mostly cached',
    provider: 'openai',
    model: 'gpt-4o',
    answer: chat(12_000, 900, cached(8_000)),
    usd: 0.004 * 2.5 + 0.008 * 1.25 + 0.0009 * 10,
  },
  {
    of: 'a million tokens',
    provider: 'openai',
    model: 'gpt-4o-mini',
    answer: chat(1_000_000, 250_000),
    usd: 0.15 + 0.25 * 0.6,
  },
  {
    of: 'reasoning, which is output',
    provider: 'openai',
    model: 'gpt-5',
    answer: chat(3_200, 5_000, { completion_tokens_details: { reasoning_tokens: 4_200 } }),
    usd: 0.0032 * 1.25 + 0.005 * 10,
  },
  {
    of: 'reasoning and a cached prompt, in Responses’ words',
    provider: 'openai',
    model: 'o3',
    answer: {
      usage: {
        input_tokens: 20_000,
        input_tokens_details: { cached_tokens: 5_000 },
        output_tokens: 1_500,
        output_tokens_details: { reasoning_tokens: 1_200 },
        total_tokens: 21_500,
      },
    },
    usd: 0.015 * 2 + 0.005 * 0.5 + 0.0015 * 8,
  },
  {
    of: 'a long document asked about again',
    provider: 'openai',
    model: 'gpt-4.1',
    answer: chat(50_000, 2_000, cached(40_000)),
    usd: 0.01 * 2 + 0.04 * 0.5 + 0.002 * 8,
  },
  {
    of: 'a cache that was read and written',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    answer: messages(2_000, 1_500, { cache_read_input_tokens: 100_000, cache_creation_input_tokens: 10_000 }),
    usd: 0.002 * 3 + 0.1 * 0.3 + 0.01 * 3.75 + 0.0015 * 15,
  },
  {
    of: 'a prompt beyond 200,000 tokens, all of it dearer',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    answer: messages(250_000, 4_000),
    usd: 0.25 * 6 + 0.004 * 22.5,
  },
  {
    of: 'a cache that was read',
    provider: 'anthropic',
    model: 'claude-opus-4-1',
    answer: messages(1_200, 800, { cache_read_input_tokens: 30_000, cache_creation_input_tokens: 0 }),
    usd: 0.0012 * 15 + 0.03 * 1.5 + 0.0008 * 75,
  },
  {
    of: 'a cache that was written',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    answer: messages(10_000, 3_000, { cache_read_input_tokens: 0, cache_creation_input_tokens: 5_000 }),
    usd: 0.01 * 1 + 0.005 * 1.25 + 0.003 * 5,
  },
  {
    of: 'thoughts, counted beside the answer, and cached content',
    provider: 'gemini',
    model: 'gemini-2.5-pro',
    answer: gemini(150_000, 1_000, { thoughtsTokenCount: 3_000, cachedContentTokenCount: 50_000 }),
    usd: 0.1 * 1.25 + 0.05 * 0.125 + 0.004 * 10,
  },
  {
    of: 'a prompt beyond 200,000 tokens',
    provider: 'gemini',
    model: 'gemini-2.5-pro',
    answer: gemini(300_000, 2_000),
    usd: 0.3 * 2.5 + 0.002 * 15,
  },
  {
    of: 'thoughts',
    provider: 'gemini',
    model: 'gemini-2.5-flash',
    answer: gemini(20_000, 500, { thoughtsTokenCount: 1_500 }),
    usd: 0.02 * 0.3 + 0.002 * 2.5,
  },
  {
    of: 'reasoning that only the total has',
    provider: 'xai',
    model: 'grok-4',
    answer: chat(8_000, 1_000, { total_tokens: 10_000, completion_tokens_details: { reasoning_tokens: 1_000 } }),
    usd: 0.008 * 3 + 0.002 * 15,
  },
  {
    of: 'an open model',
    provider: 'groq',
    model: 'llama-3.3-70b-versatile',
    answer: chat(1_000_000, 100_000),
    usd: 0.59 + 0.1 * 0.79,
  },
  {
    of: 'a line of a batch of the provider’s own, at half the price',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    price: {
      inputPicoUsdPerToken: 1_000_000,
      outputPicoUsdPerToken: 5_000_000,
      serviceTiers: { batch: { inputPicoUsdPerToken: 500_000, outputPicoUsdPerToken: 2_500_000 } },
    },
    answer: messages(40_000, 2_000, { service_tier: 'batch' }),
    usd: 0.04 * 0.5 + 0.002 * 2.5,
  },
  {
    of: 'a plain answer',
    provider: 'cohere',
    model: 'command-a-03-2025',
    answer: chat(40_000, 1_000),
    usd: 0.04 * 2.5 + 0.001 * 10,
  },
];

describe('what is booked beside what providers publish', () => {
  it('has at least ten models', () => {
    expect(new Set(INVOICE.map(({ model }) => model)).size).toBeGreaterThanOrEqual(10);
  });

  it.each(INVOICE)('D2 $model: $of', ({ provider, model, price, answer, usd }) => {
    const usage = usageOfAnswer(answer);
    const cost =
      usage &&
      costOfCall({
        deployment: { provider, ...(price && { price }) },
        providerModel: model,
        usage,
        atUnixMs: AT_UNIX_MS,
      });
    const booked = (cost?.nanoUsd ?? Number.NaN) / NANO_USD_PER_USD;
    expect(Math.abs(booked - usd) / usd).toBeLessThanOrEqual(0.01);
  });
});
