import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  joinEndpoint,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { headersOf, usualHeaders } from './row-headers';

/** The chat adapter of one row; rows differ only in data. */
export function createOpenAiCompatibleAdapter(row: OpenAiCompatibleRow): ChatAdapter {
  const chatPath = row.chatPath ?? '/chat/completions';
  return {
    wire: 'openai-chat',
    quirks: row.quirks ?? null,

    buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
      const { origin, path } = joinEndpoint(target.baseUrl, chatPath);
      const kind = options.stream ? 'stream' : 'whole';
      const headers = options.forwardHeaders
        ? headersOf(row, target, { kind, forwardHeaders: options.forwardHeaders })
        : usualHeaders(row, target, kind);
      return { origin, path, method: 'POST', headers, body };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}
