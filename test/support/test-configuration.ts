/** One entry of `model_list`, as users write it. */
export interface ModelEntry {
  readonly model_name: string;
  readonly litellm_params: Readonly<Record<string, unknown>>;
  readonly model_info?: Readonly<Record<string, unknown>>;
}

/** Prices of the tests' models, in nano-USD per token. */
export const PRICE = {
  gpt: { promptNanoUsd: 150, completionNanoUsd: 600 },
  claude: { promptNanoUsd: 1_000, completionNanoUsd: 5_000 },
  gemini: { promptNanoUsd: 300, completionNanoUsd: 2_500 },
} as const;

const GPT_PRICE = { input_cost_per_token: 1.5e-7, output_cost_per_token: 6e-7 };
const CLAUDE_PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 5e-6 };
const GEMINI_PRICE = { input_cost_per_token: 3e-7, output_cost_per_token: 2.5e-6 };

/** A group that the OpenAI emulator serves, priced unless `model_info` is given. */
export function gptModel(name: string, more: Partial<ModelEntry> = {}): ModelEntry {
  return {
    model_name: name,
    litellm_params: {
      model: `openai/${name}`,
      api_base: 'os.environ/EMULATOR_OPENAI_URL',
      api_key: 'emulator-key',
      ...more.litellm_params,
    },
    model_info: more.model_info ?? GPT_PRICE,
  };
}

/** A group that the Anthropic emulator serves, priced unless `model_info` is given. */
export function claudeModel(name: string, more: Partial<ModelEntry> = {}): ModelEntry {
  return {
    model_name: name,
    litellm_params: {
      model: `anthropic/${name}`,
      api_base: 'os.environ/EMULATOR_ANTHROPIC_URL',
      api_key: 'emulator-key',
      ...more.litellm_params,
    },
    model_info: more.model_info ?? CLAUDE_PRICE,
  };
}

/** A group that the Gemini emulator serves, priced unless `model_info` is given. */
export function geminiModel(name: string, more: Partial<ModelEntry> = {}): ModelEntry {
  return {
    model_name: name,
    litellm_params: {
      model: `gemini/${name}`,
      api_base: 'os.environ/EMULATOR_GEMINI_URL',
      api_key: 'emulator-key',
      ...more.litellm_params,
    },
    model_info: more.model_info ?? GEMINI_PRICE,
  };
}

/** Every model whose name begins with `mock-` and its maker's model, so that emulator faults can ride in the name. */
export const MOCK_MODELS: readonly ModelEntry[] = [
  gptModel('mock-gpt*'),
  claudeModel('mock-claude*'),
  geminiModel('mock-gemini*'),
];

/** The text of a configuration file; JSON is YAML. No retries unless asked for, so that one request is one call. */
export function configurationYaml(
  models: readonly ModelEntry[] = MOCK_MODELS,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ model_list: models, router_settings: { num_retries: 0 }, ...more }, null, 2);
}
