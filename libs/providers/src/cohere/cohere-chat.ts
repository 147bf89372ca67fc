import { type ChatAdapter, classifyFailure, joinEndpoint } from '@gateway/provider-kit';
import { cohereHeaders, cohereTarget } from './cohere-call';

/** `POST {base}/v2/chat`, streamed or not. */
export const COHERE_CHAT_ADAPTER: ChatAdapter = {
  wire: 'cohere-chat',
  quirks: null,

  buildChatCall(target, body, { stream }) {
    const { origin, path } = joinEndpoint(cohereTarget(target).baseUrl, '/v2/chat');
    return { origin, path, method: 'POST', headers: cohereHeaders(target, stream ? 'stream' : 'whole'), body };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'cohere-chat'),
};
