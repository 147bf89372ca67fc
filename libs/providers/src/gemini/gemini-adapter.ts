import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import { geminiEndpoint } from './gemini-endpoint';

/** `POST {base}/v1beta/models/{model}:generateContent`, and `:streamGenerateContent?alt=sse` for streams. */
export const GEMINI_ADAPTER: ChatAdapter = {
  wire: 'gemini-generate',
  quirks: null,

  buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
    const method = options.stream ? 'streamGenerateContent' : 'generateContent';
    const endpoint = geminiEndpoint(target.baseUrl, options.providerModel, method);
    const headers = mergeHeaders(
      CALL_HEADERS[options.stream ? 'stream' : 'whole'],
      target.apiKey === null ? {} : { 'x-goog-api-key': target.apiKey },
      target.extraHeaders,
    );
    const path = options.stream ? asEvents(endpoint.path) : endpoint.path;
    return { origin: endpoint.origin, path, method: 'POST', headers, body };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'gemini-generate'),
};

/** Without `alt=sse` a stream is one long JSON array. */
function asEvents(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}alt=sse`;
}
