import type { ChatAdapter } from '@gateway/provider-kit';
import { createAdapter, namesChat } from './create-openai-compatible-adapter';
import type { OpenAiCompatibleRow } from './openai-compatible-row';

/** How a row's text completions are called: beside its chat. */
export function createCompletionsAdapter(row: OpenAiCompatibleRow): ChatAdapter {
  const { wire = 'openai-completions', isAt } = row.completions ?? {};
  const call = wire === 'mistral-fim' ? '/fim/completions' : '/completions';
  return {
    ...createAdapter(row, wire, (row.chatPath ?? '/chat/completions').replace(/\/chat\/completions$/, call)),
    quirks: null,
    speaksAt: ({ baseUrl }) => !namesChat(baseUrl) && (isAt?.(baseUrl) ?? true),
  };
}
