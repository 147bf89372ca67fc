import { type OperationAdapter, type ProviderTarget, parseBaseUrl } from '@gateway/provider-kit';
import { createEmbeddings } from '../openai-compatible/create-embeddings';
import { createOpenAiCompatibleAdapter } from '../openai-compatible/create-openai-compatible-adapter';
import type { OpenAiCompatibleRow } from '../openai-compatible/openai-compatible-row';
import type { ProviderEntry } from '../provider-entry';

/** The version that Microsoft's reference of the model inference API names. */
const DEFAULT_API_VERSION = '2024-05-01-preview';
/** Hosts of Foundry resources, which take the bare key in a header of their own. */
const FOUNDRY_HOST = /\.(?:services\.ai|openai|cognitiveservices)\.azure\.com$/;

/** Models that are deployed alone: `https://NAME.REGION.models.ai.azure.com`, and whatever else speaks OpenAI's wire. */
const ALONE: OpenAiCompatibleRow = {
  prefix: 'azure_ai',
  name: 'Azure AI Foundry',
  baseUrl: null,
  keyVariables: ['AZURE_AI_API_KEY'],
  baseVariables: ['AZURE_AI_API_BASE'],
};
const OF_RESOURCE: OpenAiCompatibleRow = { ...ALONE, keyHeader: 'api-key' };

const CHAT = { alone: createOpenAiCompatibleAdapter(ALONE), ofResource: createOpenAiCompatibleAdapter(OF_RESOURCE) };
const EMBEDDINGS = { alone: createEmbeddings(ALONE), ofResource: createEmbeddings(OF_RESOURCE) };

interface Address {
  readonly kind: keyof typeof CHAT;
  readonly target: ProviderTarget;
}

/** By the deployment's own target: headers are made once for each of these. */
const known = new WeakMap<ProviderTarget, Address>();

function addressOf(target: ProviderTarget): Address {
  const address = known.get(target) ?? readAddress(target);
  known.set(target, address);
  return address;
}

/** A resource's bare URL stands for its model inference API, `/models` with a version; a path of its own is kept. */
function readAddress(target: ProviderTarget): Address {
  const url = parseBaseUrl(target.baseUrl);
  if (!FOUNDRY_HOST.test(url.hostname)) return { kind: 'alone', target };
  if (url.pathname === '/') url.pathname = '/models';
  const isInference = url.pathname.startsWith('/models');
  if (isInference && !url.searchParams.has('api-version')) {
    url.searchParams.set('api-version', target.apiVersion ?? DEFAULT_API_VERSION);
  }
  return { kind: 'ofResource', target: { ...target, baseUrl: url.href } };
}

const embeddings: OperationAdapter = {
  prepare(target, input) {
    const { kind, target: at } = addressOf(target);
    return EMBEDDINGS[kind].prepare(at, input);
  },
  classifyError: EMBEDDINGS.alone.classifyError,
};

export const AZURE_AI_ENTRY: ProviderEntry = {
  prefix: ALONE.prefix,
  displayName: ALONE.name,
  defaultBaseUrl: ALONE.baseUrl,
  apiKeyVariables: ALONE.keyVariables,
  baseUrlVariables: ALONE.baseVariables,
  chat: {
    ...CHAT.alone,
    buildChatCall(target, body, options) {
      const { kind, target: at } = addressOf(target);
      return CHAT[kind].buildChatCall(at, body, options);
    },
  },
  operations: { embeddings },
};
