import type { ChatRequest, ClientChatWire } from '@gateway/domain';

type LossyField = 'user' | 'parallelToolCalls' | 'stopSequences' | 'effort' | 'budgetTokens';

const OPENAI: Readonly<Record<LossyField, string>> = {
  user: 'user',
  parallelToolCalls: 'parallel_tool_calls',
  stopSequences: 'stop',
  effort: 'reasoning_effort',
  budgetTokens: 'reasoning_effort',
};

const ANTHROPIC: Readonly<Record<LossyField, string>> = {
  user: 'metadata.user_id',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  stopSequences: 'stop_sequences',
  effort: 'thinking',
  budgetTokens: 'thinking.budget_tokens',
};

/** `user` and parallel calls are nothing that clients of this wire can say. */
const GEMINI: Readonly<Record<LossyField, string>> = {
  user: 'user',
  parallelToolCalls: 'parallelToolCalls',
  stopSequences: 'generationConfig.stopSequences',
  effort: 'generationConfig.thinkingConfig',
  budgetTokens: 'generationConfig.thinkingConfig',
};

const RESPONSES: Readonly<Record<LossyField, string>> = {
  ...OPENAI,
  effort: 'reasoning.effort',
  budgetTokens: 'reasoning.effort',
};

const BY_WIRE: Readonly<Record<ClientChatWire, typeof OPENAI>> = {
  'openai-chat': OPENAI,
  'openai-responses': RESPONSES,
  'anthropic-messages': ANTHROPIC,
  'gemini-generate': GEMINI,
};

/** What the client itself calls a setting that this wire cannot take as it is. */
export function clientFieldName(field: LossyField, { clientWire }: Pick<ChatRequest, 'clientWire'>): string {
  return BY_WIRE[clientWire ?? 'openai-chat'][field];
}
