import { MODEL_CAPABILITIES } from '@gateway/domain';
import fc from 'fast-check';
import { FACTS_SEED } from '../generated/facts-seed';
import { PRICE_SEED } from '../generated/price-seed';
import { modelFacts } from './model-facts';

describe('what is known of a model', () => {
  it.each([
    ['openai', 'gpt-4o', { contextTokens: 128_000, maxInputTokens: 128_000, maxOutputTokens: 16_384 }],
    ['openai', 'gpt-5-2025-08-07', { contextTokens: 400_000, maxInputTokens: 272_000, maxOutputTokens: 128_000 }],
    ['anthropic', 'claude-sonnet-4-20250514', { contextTokens: 200_000, maxOutputTokens: 64_000 }],
    ['gemini', 'gemini-2.5-pro', { contextTokens: 1_048_576, maxOutputTokens: 65_536 }],
    ['vertex_ai', 'claude-sonnet-4@20250514', { contextTokens: 200_000, maxOutputTokens: 64_000 }],
  ])('%s/%s: its limits', (provider, providerModel, limits) => {
    expect(modelFacts({ provider, providerModel })).toMatchObject(limits);
  });

  it('tells "has not" from "nobody said"', () => {
    expect(modelFacts({ provider: 'openai', providerModel: 'o1-mini' }).capabilities).toMatchObject({
      reasoning: true,
      vision: false,
      function_calling: false,
    });
    expect(modelFacts({ provider: 'openai', providerModel: 'gpt-4o' }).capabilities.pdf_input).toBeUndefined();
    expect(modelFacts({ provider: 'ollama', providerModel: 'gpt-4o' })).toEqual({ mode: 'chat', capabilities: {} });
  });

  it('knows a name that its family has, and takes from the family only what all of it share', () => {
    // The price list counts all versions of Sonnet 4 to one row; models.dev has the dated one.
    expect(modelFacts({ provider: 'anthropic', providerModel: 'claude-sonnet-4-0' })).toMatchObject({
      contextTokens: 200_000,
      capabilities: { function_calling: true, vision: true },
    });
  });

  it('goes by the base model of a private name', () => {
    const query = { provider: 'azure', providerModel: 'my-deployment', baseModel: 'azure/gpt-4o' };
    expect(modelFacts(query)).toMatchObject({ contextTokens: 128_000, capabilities: { response_schema: true } });
  });

  it.each([
    ['openai', 'text-embedding-3-small', 'embedding'],
    ['openai', 'omni-moderation-latest', 'moderation'],
    ['openai', 'gpt-image-1', 'image_generation'],
    ['openai', 'o1-pro', 'responses'],
    ['infinity', 'BAAI/bge-m3', 'embedding'],
    ['infinity', 'rerank-v3.5', 'rerank'],
    ['groq', 'whisper-large-v3', 'audio_transcription'],
    ['groq', 'playai-tts', 'audio_speech'],
    ['ollama', 'constructor', 'chat'],
  ])('%s/%s is for %s', (provider, providerModel, mode) => {
    expect(modelFacts({ provider, providerModel }).mode).toBe(mode);
  });

  it('what the operator says always wins, and the rest stays', () => {
    const providers = fc.constantFrom('openai', 'anthropic', 'gemini', 'bedrock', 'nobody');
    const models = fc.oneof(fc.constantFrom('gpt-4o', 'claude-sonnet-4-20250514', 'gemini-2.5-pro'), fc.string());
    const capabilities = fc.dictionary(fc.constantFrom(...MODEL_CAPABILITIES), fc.boolean());
    fc.assert(
      fc.property(providers, models, fc.nat(), capabilities, (provider, providerModel, most, said) => {
        const listed = modelFacts({ provider, providerModel });
        const own = modelFacts({ provider, providerModel, maxInputTokens: most, capabilities: said });
        expect(own).toEqual({ ...listed, maxInputTokens: most, capabilities: { ...listed.capabilities, ...said } });
      }),
    );
  });
});

describe('the facts as they are generated', () => {
  const all = [FACTS_SEED.named, FACTS_SEED.families].flatMap((table) =>
    Object.entries(table).flatMap(([source, models]) =>
      Object.entries(models).map(([name, facts]) => ({ source, name, ...facts })),
    ),
  );

  it('have whole numbers above 0, inputs that fit the context, and capabilities with our names', () => {
    const words: readonly string[] = MODEL_CAPABILITIES;
    for (const { context, input, output, yes = '', no = '' } of all) {
      for (const count of [context, input, output]) if (count !== undefined) expect(count).toBeGreaterThan(0);
      if (input !== undefined) expect(input).toBeLessThanOrEqual(context ?? 0);
      const said = `${yes} ${no}`.split(' ').filter(Boolean);
      expect(said.filter((name) => !words.includes(name))).toEqual([]);
      expect(new Set(said).size).toBe(said.length);
    }
  });

  it('are kept under providers that the price list has', () => {
    expect(all.filter(({ source }) => !Object.hasOwn(PRICE_SEED.providers, source))).toEqual([]);
  });
});
