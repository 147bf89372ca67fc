import type { ProviderEntry } from '../provider-entry';
import { AZURE_ADAPTER, AZURE_RESPONSES_ADAPTER } from './azure-adapter';
import { AZURE_EMBEDDINGS } from './azure-embeddings';
import { AZURE_MEDIA } from './azure-media';
import { AZURE_SIGN_IN } from './azure-sign-in';

export const AZURE_ENTRY: ProviderEntry = {
  prefix: 'azure',
  displayName: 'Azure OpenAI',
  defaultBaseUrl: null,
  apiKeyVariables: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
  baseUrlVariables: ['AZURE_API_BASE', 'AZURE_OPENAI_ENDPOINT'],
  apiVersionVariables: ['AZURE_API_VERSION', 'OPENAI_API_VERSION'],
  signIn: AZURE_SIGN_IN,
  chat: AZURE_ADAPTER,
  operations: { ...AZURE_MEDIA, embeddings: AZURE_EMBEDDINGS },
  moreChat: [AZURE_RESPONSES_ADAPTER],
};
