import type { ChatRequest } from '@gateway/domain';

/** Settings that this wire has no word for, or not every value of: OpenAI's and Anthropic's name for each. */
const NAMES = {
  user: ['user', 'metadata.user_id'],
  choiceCount: ['n', 'n'],
  parallelToolCalls: ['parallel_tool_calls', 'tool_choice.disable_parallel_tool_use'],
  responseFormat: ['response_format', 'output_config.format'],
  stopSequences: ['stop', 'stop_sequences'],
  topP: ['top_p', 'top_p'],
  topK: ['top_k', 'top_k'],
  frequencyPenalty: ['frequency_penalty', 'frequency_penalty'],
  presencePenalty: ['presence_penalty', 'presence_penalty'],
} as const satisfies Readonly<Record<string, readonly [openAi: string, anthropic: string]>>;

/** What the client itself calls it. */
export function clientFieldName(field: keyof typeof NAMES, { clientWire }: Pick<ChatRequest, 'clientWire'>): string {
  return NAMES[field][clientWire === 'anthropic-messages' ? 1 : 0];
}
