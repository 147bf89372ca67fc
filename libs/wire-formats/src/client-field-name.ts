import type { ChatRequest, ClientChatWire } from '@gateway/domain';

/** Settings that some provider's wire has no word for, or not every value of, as the hub calls them. */
const OPENAI = {
  user: 'user',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  choiceCount: 'n',
  responseFormat: 'response_format',
  stopSequences: 'stop',
  topP: 'top_p',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  effort: 'reasoning_effort',
  budgetTokens: 'reasoning_effort',
} as const;

type LossyField = keyof typeof OPENAI;

/** What a wire's clients cannot say at all keeps OpenAI's name. */
const BY_WIRE: Readonly<Record<ClientChatWire, Readonly<Record<LossyField, string>>>> = {
  'openai-chat': OPENAI,
  'openai-responses': {
    ...OPENAI,
    responseFormat: 'text.format',
    effort: 'reasoning.effort',
    budgetTokens: 'reasoning.effort',
  },
  'anthropic-messages': {
    ...OPENAI,
    user: 'metadata.user_id',
    parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
    responseFormat: 'output_config.format',
    stopSequences: 'stop_sequences',
    effort: 'thinking',
    budgetTokens: 'thinking.budget_tokens',
  },
  'gemini-generate': {
    ...OPENAI,
    toolChoice: 'toolConfig.functionCallingConfig',
    parallelToolCalls: 'parallelToolCalls',
    choiceCount: 'generationConfig.candidateCount',
    responseFormat: 'generationConfig.responseMimeType',
    stopSequences: 'generationConfig.stopSequences',
    topP: 'generationConfig.topP',
    frequencyPenalty: 'generationConfig.frequencyPenalty',
    presencePenalty: 'generationConfig.presencePenalty',
    effort: 'generationConfig.thinkingConfig',
    budgetTokens: 'generationConfig.thinkingConfig',
  },
};

/** What the client itself calls a setting that this wire cannot take as it is. */
export function clientFieldName(field: LossyField, { clientWire }: Pick<ChatRequest, 'clientWire'>): string {
  return BY_WIRE[clientWire ?? 'openai-chat'][field];
}
