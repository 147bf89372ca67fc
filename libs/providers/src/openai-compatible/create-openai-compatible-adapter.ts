import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  joinEndpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
  pickHeaders,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import type { OpenAiCompatibleRow } from './openai-compatible-row';

/** What a client may say to an OpenAI-wire provider by header: whose project pays, and which beta it wants. */
const FORWARDED: ReadonlySet<string> = new Set(['openai-organization', 'openai-project', 'openai-beta']);

/** The chat adapter of one row; rows differ only in data. */
export function createOpenAiCompatibleAdapter(row: OpenAiCompatibleRow): ChatAdapter {
  const chatPath = row.chatPath ?? '/chat/completions';
  return {
    wire: 'openai-chat',
    quirks: row.quirks ?? null,

    buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
      const { origin, path } = joinEndpoint(target.baseUrl, chatPath);
      const headers = mergeHeaders(
        CALL_HEADERS[options.stream ? 'stream' : 'whole'],
        pickHeaders(options.forwardHeaders, FORWARDED),
        keyHeaders(row, target.apiKey),
        target.extraHeaders,
      );
      return { origin, path, method: 'POST', headers, body };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}

function keyHeaders(row: OpenAiCompatibleRow, apiKey: string | null): Record<string, string> {
  if (apiKey === null) return {};
  return row.keyHeader ? { [row.keyHeader]: apiKey } : { authorization: `Bearer ${apiKey}` };
}
