import type { ChatWire } from '@gateway/domain';
import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  type Endpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import { OPENAI_MODELS } from '../openai-compatible/row-quirks';
import { azureCredentials, azureToken } from './azure-credentials';
import {
  type AzureAddress,
  azureChatEndpoint,
  azureCompletionsEndpoint,
  azureResponsesEndpoint,
  speaksAzureV1,
} from './azure-endpoint';

/** OpenAI's wire at addresses and with credentials of Azure's own. Nothing of the client's headers has a meaning there. */
export const AZURE_ADAPTER: ChatAdapter = {
  ...createAdapter('openai-chat', azureChatEndpoint),
  // By the deployment's name, which most people give after the model; a name of another kind is Azure's to judge.
  modelQuirks: OPENAI_MODELS,
};

export const AZURE_RESPONSES_ADAPTER: ChatAdapter = {
  ...createAdapter('openai-responses', azureResponsesEndpoint),
  speaksAt: ({ baseUrl, apiVersion }) => speaksAzureV1({ baseUrl, apiVersion }),
};

export const AZURE_COMPLETIONS_ADAPTER: ChatAdapter = createAdapter('openai-completions', azureCompletionsEndpoint);

type EndpointOf = (address: AzureAddress) => Endpoint;

function createAdapter(wire: ChatWire, locate: EndpointOf): ChatAdapter {
  const memories = new WeakMap<ProviderTarget, TargetMemory>();
  return {
    wire,
    quirks: null,

    buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
      const memory = memoryOf(target, memories);
      const { origin, path } = endpointOf(target, options.providerModel, { memory, locate });
      const headers = headersOf(target, options.stream ? 'stream' : 'whole', memory);
      return { origin, path, method: 'POST', headers, body };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}

type CallKind = keyof typeof CALL_HEADERS;

/** What calls of one target share. */
interface TargetMemory {
  /** By model: one, but for wildcards, where clients write the name. */
  readonly endpoints: Map<string, Endpoint>;
  headers: Partial<Record<CallKind, { readonly token: string | null; readonly headers: Record<string, string> }>>;
}

const MOST_ENDPOINTS = 1_000;

function memoryOf(target: ProviderTarget, memories: WeakMap<ProviderTarget, TargetMemory>): TargetMemory {
  const known = memories.get(target);
  if (known) return known;
  const memory: TargetMemory = { endpoints: new Map(), headers: {} };
  memories.set(target, memory);
  return memory;
}

function endpointOf(
  target: ProviderTarget,
  model: string,
  { memory: { endpoints }, locate }: { readonly memory: TargetMemory; readonly locate: EndpointOf },
): Endpoint {
  const known = endpoints.get(model);
  if (known) return known;
  const endpoint = locate({ baseUrl: target.baseUrl, apiVersion: target.apiVersion, model });
  if (endpoints.size >= MOST_ENDPOINTS) endpoints.clear();
  endpoints.set(model, endpoint);
  return endpoint;
}

function headersOf(target: ProviderTarget, kind: CallKind, memory: TargetMemory): Record<string, string> {
  const token = azureToken(target);
  const known = memory.headers[kind];
  if (known && known.token === token) return known.headers;
  const headers = mergeHeaders(CALL_HEADERS[kind], azureCredentials(target.apiKey, token), target.extraHeaders);
  memory.headers[kind] = { token, headers };
  return headers;
}
