import { LLAMA_3, LLAMA_4, MISTRAL, type PromptFormat, USER_AND_BOT, USER_AND_CHATBOT } from './prompt-formats';

/** What a setting of the hub is called; null where the model has no such thing. */
export interface SettingNames {
  readonly maxOutputTokens: string;
  readonly temperature: string;
  readonly topP: string;
  readonly topK: string | null;
  readonly stopSequences: string | null;
}

/** The body that InvokeModel takes for the text models of one maker. */
export interface TextForm {
  /** Of the model's id. */
  readonly pattern: RegExp;
  /** The field that has the prompt; null where the model takes messages, as on OpenAI's wire. */
  readonly prompt: { readonly field: string; readonly format: PromptFormat } | null;
  readonly names: SettingNames;
  /** The object the settings are in, where they are not at the top. */
  readonly settingsIn?: string;
  /** For the first generations, which Converse does not serve, or not streamed. */
  readonly isOnlyInvoked?: boolean;
}

const SNAKE_NAMES = { maxOutputTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', topK: null };

/**
 * From the pages "Inference request parameters and response fields" of the Bedrock user guide. The first that fits counts;
 * `llama/` in front of an ARN is LiteLLM's word for an imported model of that kind.
 */
const FORMS: readonly TextForm[] = [
  {
    pattern: /titan-(?:text|tg1)/,
    prompt: { field: 'inputText', format: USER_AND_BOT },
    names: {
      maxOutputTokens: 'maxTokenCount',
      temperature: 'temperature',
      topP: 'topP',
      topK: null,
      stopSequences: 'stopSequences',
    },
    settingsIn: 'textGenerationConfig',
  },
  {
    pattern: /llama-?4/,
    prompt: { field: 'prompt', format: LLAMA_4 },
    names: { ...SNAKE_NAMES, maxOutputTokens: 'max_gen_len', stopSequences: null },
  },
  {
    pattern: /llama-?3|(?:^|\/)llama\//,
    prompt: { field: 'prompt', format: LLAMA_3 },
    names: { ...SNAKE_NAMES, maxOutputTokens: 'max_gen_len', stopSequences: null },
  },
  {
    pattern: /mistral\.(?:mistral-7b|mixtral|mistral-large-2402|mistral-small-2402)/,
    prompt: { field: 'prompt', format: MISTRAL },
    names: { ...SNAKE_NAMES, topK: 'top_k', stopSequences: 'stop' },
  },
  {
    pattern: /cohere\.command-(?:light-)?text/,
    prompt: { field: 'prompt', format: USER_AND_CHATBOT },
    names: { ...SNAKE_NAMES, topP: 'p', topK: 'k', stopSequences: 'stop_sequences' },
    isOnlyInvoked: true,
  },
  { pattern: /ai21\.jamba/, prompt: null, names: { ...SNAKE_NAMES, stopSequences: 'stop' } },
];

/** Null for a model whose body is not known here. */
export function textFormOf(model: string): TextForm | null {
  const name = model.toLowerCase();
  return FORMS.find(({ pattern }) => pattern.test(name)) ?? null;
}
