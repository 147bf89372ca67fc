import type { ProviderEntry } from '../provider-entry';
import { WATSONX_CHAT_ADAPTER } from './watsonx-chat';
import { WATSONX_EMBEDDINGS } from './watsonx-embeddings';
import { locateWatsonx } from './watsonx-location';
import { WATSONX_RERANK } from './watsonx-rerank';
import { WATSONX_SIGN_IN } from './watsonx-sign-in';

export const WATSONX_ENTRY: ProviderEntry = {
  prefix: 'watsonx',
  displayName: 'IBM watsonx.ai',
  defaultBaseUrl: null,
  apiKeyVariables: ['WATSONX_APIKEY', 'WATSONX_API_KEY', 'WX_API_KEY'],
  baseUrlVariables: ['WATSONX_API_BASE', 'WATSONX_URL', 'WX_URL', 'WML_URL'],
  locate: locateWatsonx,
  signIn: WATSONX_SIGN_IN,
  chat: WATSONX_CHAT_ADAPTER,
  operations: { embeddings: WATSONX_EMBEDDINGS, rerank: WATSONX_RERANK },
};
