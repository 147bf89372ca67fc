/** What a model may be able to do, in LiteLLM's words, which there begin with `supports_`. */
export const MODEL_CAPABILITIES = [
  'system_messages',
  'response_schema',
  'vision',
  'function_calling',
  'tool_choice',
  'parallel_function_calling',
  'assistant_prefill',
  'prompt_caching',
  'audio_input',
  'audio_output',
  'pdf_input',
  'reasoning',
  'web_search',
  'url_context',
] as const;

export type ModelCapability = (typeof MODEL_CAPABILITIES)[number];

/** What is known of a model: true, false, or absent where nobody said. */
export type ModelCapabilities = Readonly<Partial<Record<ModelCapability, boolean>>>;
