import type { ChatRequest } from '@gateway/domain';

type LossyField = 'user' | 'toolChoice' | 'parallelToolCalls' | 'choiceCount' | 'budgetTokens';

const OPENAI: Readonly<Record<LossyField, string>> = {
  user: 'user',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  choiceCount: 'n',
  budgetTokens: 'reasoning_effort',
};

const ANTHROPIC: Readonly<Record<LossyField, string>> = {
  user: 'metadata.user_id',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  choiceCount: 'n',
  budgetTokens: 'thinking.budget_tokens',
};

/** What the client itself calls a setting that this wire cannot take as it is. */
export function clientFieldName(field: LossyField, { clientWire }: Pick<ChatRequest, 'clientWire'>): string {
  return (clientWire === 'anthropic-messages' ? ANTHROPIC : OPENAI)[field];
}
