import { mergeHeaders } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import { createOpenAiMedia, MEDIA_OPERATIONS, type MediaCaller } from '../operations/openai-media';
import type { ProviderEntry } from '../provider-entry';
import { azureCredentials, azureToken } from './azure-credentials';
import { azureEndpoint } from './azure-endpoint';

const CALLER: MediaCaller = {
  buildCall(target, { providerModel }, { path: call, body, contentType, accept }) {
    const { baseUrl, apiVersion, apiKey, extraHeaders } = target;
    const { origin, path } = azureEndpoint({ baseUrl, apiVersion, model: providerModel }, call);
    const credentials = azureCredentials(apiKey, azureToken(target));
    const headers = mergeHeaders(CALL_HEADERS.whole, credentials, extraHeaders, {
      'content-type': contentType,
      accept,
    });
    return { origin, path, method: 'POST', headers, body };
  },
};

/** Pictures and sound: OpenAI's wire below a deployment's URL, or below the v1 URL. */
export const AZURE_MEDIA: NonNullable<ProviderEntry['operations']> = Object.fromEntries(
  MEDIA_OPERATIONS.map((operation) => [operation, createOpenAiMedia(operation, CALLER)]),
);
