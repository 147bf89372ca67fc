import type { ChatRequest, ClientChatWire } from '@gateway/domain';

/** Settings that this wire has no word for, or not every value of, by OpenAI's name. */
type LossyField =
  | 'user'
  | 'n'
  | 'parallel_tool_calls'
  | 'response_format'
  | 'stop'
  | 'top_p'
  | 'frequency_penalty'
  | 'presence_penalty';

/** Where other clients call them otherwise. */
const ELSEWHERE: Readonly<Partial<Record<ClientChatWire, Readonly<Partial<Record<LossyField, string>>>>>> = {
  'openai-responses': { response_format: 'text.format' },
  'anthropic-messages': {
    user: 'metadata.user_id',
    parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
    response_format: 'output_config.format',
    stop: 'stop_sequences',
  },
  'gemini-generate': {
    n: 'generationConfig.candidateCount',
    response_format: 'generationConfig.responseMimeType',
    stop: 'generationConfig.stopSequences',
    top_p: 'generationConfig.topP',
    frequency_penalty: 'generationConfig.frequencyPenalty',
    presence_penalty: 'generationConfig.presencePenalty',
  },
};

/** What the client itself calls it. */
export function clientFieldName(field: LossyField, { clientWire }: Pick<ChatRequest, 'clientWire'>): string {
  return ELSEWHERE[clientWire ?? 'openai-chat']?.[field] ?? field;
}
