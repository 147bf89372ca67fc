import { mergeHeaders, type ProviderTarget } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

export function elevenlabsHeaders(
  { apiKey, extraHeaders }: ProviderTarget,
  call: { readonly contentType: string; readonly accept: string },
): Record<string, string> {
  return mergeHeaders(CALL_HEADERS.whole, apiKey === null ? {} : { 'xi-api-key': apiKey }, extraHeaders, {
    'content-type': call.contentType,
    accept: call.accept,
  });
}
