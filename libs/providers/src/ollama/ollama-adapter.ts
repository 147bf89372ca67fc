import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { ollamaEndpoint } from './ollama-endpoint';
import { ollamaHeaders } from './ollama-headers';

/** `POST {base}/api/chat`; whether it streams, the body says. */
export const OLLAMA_ADAPTER: ChatAdapter = {
  wire: 'ollama-chat',
  quirks: null,
  takesUrls: false,

  buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
    const { origin, path } = ollamaEndpoint(target.baseUrl, 'chat');
    return { origin, path, method: 'POST', headers: ollamaHeaders(target, options), body };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'ollama-chat'),
};
