import { mergeHeaders, type ProviderTarget } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

/** LiteLLM's users write the whole URL of one call, of either version, as base. */
const CALL_AT_THE_END = /\/v[12](?:\/(?:chat|embed|rerank))?\/*(?=$|\?)/;

/** The target below which all of Cohere's calls are, each with its version. */
export function cohereTarget(target: ProviderTarget): ProviderTarget {
  return { ...target, baseUrl: target.baseUrl.replace(CALL_AT_THE_END, '') };
}

export function cohereHeaders(target: ProviderTarget, kind: keyof typeof CALL_HEADERS): Record<string, string> {
  return mergeHeaders(
    CALL_HEADERS[kind],
    target.apiKey === null ? {} : { authorization: `Bearer ${target.apiKey}` },
    target.extraHeaders,
  );
}
