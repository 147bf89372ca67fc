import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  joinEndpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

const VERSION = '/v1beta';
/** The base may name the version, another one as well (`v1`, `v1alpha`), or none. */
const ENDS_IN_VERSION = /\/v\d+(?:alpha|beta)?\d*\/*(?:\?.*)?$/;

/** `POST {base}/v1beta/models/{model}:generateContent`, and `:streamGenerateContent?alt=sse` for streams. */
export const GEMINI_ADAPTER: ChatAdapter = {
  wire: 'gemini-generate',
  quirks: null,

  buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
    const call = `/${resourceOf(options.providerModel)}:${options.stream ? 'streamGenerateContent' : 'generateContent'}`;
    const endpoint = joinEndpoint(target.baseUrl, ENDS_IN_VERSION.test(target.baseUrl) ? call : VERSION + call);
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

/**
 * `gemini-2.5-pro` → `models/gemini-2.5-pro`; `tunedModels/x` and `models/x` stay. The name may be a client's (with a
 * wildcard deployment), so nothing in it may leave its segment of the path.
 */
function resourceOf(model: string): string {
  const [, collection = 'models', name = model] = /^(models|tunedModels)\/(.+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(name)}`;
}

/** Without `alt=sse` a stream is one long JSON array. */
function asEvents(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}alt=sse`;
}
