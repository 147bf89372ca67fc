import { joinEndpoint, mergeHeaders, type ProviderCall, type ProviderTarget } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

export interface DeepgramCall {
  /** Below the base URL. */
  readonly path: string;
  /** Deepgram takes every setting here. */
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly accept: string;
  readonly body: Uint8Array;
}

export function deepgramCall({ baseUrl, apiKey, extraHeaders }: ProviderTarget, call: DeepgramCall): ProviderCall {
  const { origin, path } = joinEndpoint(baseUrl, call.path);
  return {
    origin,
    path: `${path}${path.includes('?') ? '&' : '?'}${call.query}`,
    method: 'POST',
    headers: mergeHeaders(
      CALL_HEADERS.whole,
      apiKey === null ? {} : { authorization: `Token ${apiKey}` },
      extraHeaders,
      { 'content-type': call.contentType, accept: call.accept },
    ),
    body: call.body,
  };
}

/** Settings of Deepgram's own, as the client or the configuration wrote them, over ours. */
export function addSettings(query: URLSearchParams, settings: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === null || value === undefined) continue;
    query.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
}
