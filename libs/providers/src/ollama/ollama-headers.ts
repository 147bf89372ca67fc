import { mergeHeaders, type ProviderTarget } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

/** A server at home wants no key; Ollama's cloud, and proxies in front of one's own, take it as a bearer token. */
export function ollamaHeaders(
  target: ProviderTarget,
  { stream }: { readonly stream: boolean },
): Record<string, string> {
  return mergeHeaders(
    CALL_HEADERS.whole,
    stream ? { accept: 'application/x-ndjson' } : {},
    target.apiKey === null ? {} : { authorization: `Bearer ${target.apiKey}` },
    target.extraHeaders,
  );
}
