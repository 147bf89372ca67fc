import { parsePriceFile } from './parse-price-file';

/** As many of each as LiteLLM's file had in its release 1.81.9 (litellm.md §4). */
const MODES: readonly (readonly [mode: string, entries: number])[] = [
  ['chat', 1_927],
  ['image_generation', 182],
  ['embedding', 102],
  ['audio_transcription', 55],
  ['completion', 51],
  ['responses', 44],
  ['image_edit', 27],
  ['rerank', 25],
  ['video_generation', 24],
  ['audio_speech', 21],
  ['search', 12],
  ['ocr', 8],
  ['moderation', 6],
];

const FACTS = {
  max_tokens: 8_192,
  max_input_tokens: 200_000,
  max_output_tokens: 8_192,
  supports_vision: true,
  supports_function_calling: true,
  supports_prompt_caching: true,
  supports_service_tier: true,
  supported_endpoints: ['/v1/chat/completions', '/v1/batch'],
  supported_modalities: ['text', 'image'],
  supported_output_modalities: ['text'],
  supported_regions: ['global'],
  deprecation_date: '2027-06-01',
  source: 'https://provider.example/prices',
  tool_use_system_prompt_tokens: 346,
  rpm: 1_000,
  tpm: 4_000_000,
};

const TOKENS = {
  input_cost_per_token: 2.5e-6,
  output_cost_per_token: 1e-5,
  cache_read_input_token_cost: 2.5e-7,
  cache_creation_input_token_cost: 3.125e-6,
  output_cost_per_reasoning_token: 1.2e-5,
};

/** Kinds of prices that entries of a mode have: which of them an entry has goes round. */
const PRICES: Readonly<Record<string, readonly object[]>> = {
  chat: [
    TOKENS,
    { ...TOKENS, input_cost_per_token_batches: 1.25e-6, output_cost_per_token_batches: 5e-6 },
    { ...TOKENS, input_cost_per_token_flex: 1.25e-6, input_cost_per_token_priority: 5e-6 },
    { ...TOKENS, input_cost_per_token_above_200k_tokens: 5e-6, output_cost_per_token_above_200k_tokens: 1.5e-5 },
    { ...TOKENS, input_cost_per_token_above_128k_tokens: 5e-6, output_cost_per_token_above_128k_tokens: 2e-5 },
    {
      ...TOKENS,
      cache_creation_input_token_cost_above_1hr: 6e-6,
      search_context_cost_per_query: { search_context_size_low: 0.03 },
    },
    { ...TOKENS, input_cost_per_audio_token: 4e-5, output_cost_per_audio_token: 8e-5 },
    { input_cost_per_character: 2.5e-7, output_cost_per_character: 1e-6, input_cost_per_video_per_second: 0.002 },
    { tiered_pricing: [{ range: [0, 32_000], input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }] },
    { input_dbu_cost_per_token: 7.1e-5, output_dbu_cost_per_token: 2.1e-4, metadata: { notes: 'in DBU' } },
    { input_cost_per_token: 0, output_cost_per_token: 0 },
    {},
    { input_cost_per_token: '1.5e-07', output_cost_per_token: '6e-07' },
  ],
  image_generation: [
    { output_cost_per_image: 0.04 },
    { input_cost_per_pixel: 1.9e-8, output_cost_per_pixel: 0 },
    { input_cost_per_image_token: 1e-5, output_cost_per_image_token: 4e-5 },
  ],
  embedding: [
    { input_cost_per_token: 1e-7, output_cost_per_token: 0, output_vector_size: 1_536 },
    { input_cost_per_image: 1e-4 },
  ],
  audio_transcription: [
    { input_cost_per_second: 1e-4, output_cost_per_second: 0 },
    { input_cost_per_audio_token: 6e-6 },
  ],
  rerank: [{ input_cost_per_query: 0.002, max_query_tokens: 2_048, max_document_chunks_per_query: 100 }],
  video_generation: [{ output_cost_per_video_per_second: 0.1, supported_resolutions: ['720x1280'] }],
  audio_speech: [{ input_cost_per_character: 1.5e-5 }, { output_cost_per_second: 2.5e-4 }],
  search: [{ input_cost_per_query: 0.016 }],
  ocr: [{ ocr_cost_per_page: 0.001, annotation_cost_per_page: 0.003 }],
};

/** Some are callable here and some are not; LiteLLM names some of them in its own way. */
const PROVIDERS = [
  'openai',
  'anthropic',
  'bedrock_converse',
  'vertex_ai-language-models',
  'gemini',
  'snowflake',
  'oci',
];

function entryOf(index: number, mode: string): [string, object] {
  const provider = PROVIDERS[index % PROVIDERS.length] ?? '';
  const kinds = PRICES[mode] ?? [TOKENS];
  const price = kinds[Math.floor(index / PROVIDERS.length) % kinds.length];
  const name = index % 3 === 0 && provider === 'openai' ? `openai/model-${index}` : `model-${index}`;
  return [name, { ...FACTS, ...price, mode, litellm_provider: provider }];
}

function wholeFile(): string {
  const modes = MODES.flatMap(([mode, entries]) => Array.from({ length: entries }, () => mode));
  const sample = ['sample_spec', { input_cost_per_token: 'USD', litellm_provider: 'one of the list', mode: 'a word' }];
  return JSON.stringify(Object.fromEntries([sample, ...modes.map((mode, index) => entryOf(index, mode))]), null, 4);
}

describe('a price file of the size and the kinds of LiteLLM’s', () => {
  it('D1 loads whole: what is charged here has its price, and nothing is refused', () => {
    const text = wholeFile();
    expect(Object.keys(JSON.parse(text) as object)).toHaveLength(2_484 + 1);
    expect(text.length).toBeGreaterThan(1_500_000);
    const knownProviders = ['openai', 'anthropic', 'bedrock', 'vertex_ai', 'gemini'];
    const parsed = parsePriceFile(text, { fileName: 'prices.json', knownProviders });
    if (!parsed.ok) throw new Error(parsed.problems.map(({ path, message }) => `${path} ${message}`).join('\n'));
    const providers = new Set(parsed.prices.map(({ provider }) => provider));
    expect([...providers].sort()).toEqual(knownProviders.toSorted());
    expect(parsed.prices.length).toBeGreaterThan(1_400);
    const said = parsed.warnings.map(({ message }) => message);
    expect(said.filter((message) => !message.startsWith('has prices that are not charged here'))).toEqual([]);
    expect(said.length).toBeGreaterThan(200);
    const counted = parsePriceFile(text, { fileName: 'prices.json', knownProviders, mostWarnings: 10 });
    const message = `has ${said.length} entries with prices or keys that are not charged here`;
    expect(counted).toMatchObject({ ok: true, warnings: [{ line: 1, path: '', message }] });
  });
});
