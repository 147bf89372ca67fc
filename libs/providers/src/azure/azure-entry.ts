import { completesOnly } from '../openai-compatible/row-completions';
import type { ProviderEntry } from '../provider-entry';
import { AZURE_ADAPTER, AZURE_COMPLETIONS_ADAPTER, AZURE_RESPONSES_ADAPTER } from './azure-adapter';
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
  // By the deployment's name, as everywhere here.
  completions: { adapter: AZURE_COMPLETIONS_ADAPTER, has: completesOnly, isOnlyWay: true },
};

/** LiteLLM's prefix for models that are only to complete, whatever their deployments are called. */
export const AZURE_TEXT_ENTRY: ProviderEntry = {
  prefix: 'azure_text',
  displayName: 'Azure OpenAI, text completions',
  defaultBaseUrl: null,
  apiKeyVariables: AZURE_ENTRY.apiKeyVariables,
  baseUrlVariables: AZURE_ENTRY.baseUrlVariables,
  apiVersionVariables: AZURE_ENTRY.apiVersionVariables,
  signIn: AZURE_SIGN_IN,
  chat: AZURE_COMPLETIONS_ADAPTER,
};
