import type { ChatCall, Checked, VendorResource, VendorWire } from '../server/vendor-wire';
import { mistralChatSchema } from './chat-request-schema';
import { checkMistralBody } from './check-body';
import { readMistralEmbeddings } from './embeddings';
import { readFillInTheMiddle } from './fill-in-the-middle';
import { mistralErrorDocument, mistralRefusal, refuseMistralCaller } from './mistral-refusals';
import { answerMistral } from './prepare-answer';

/** 2025-01-01, so that the model list is the same on every run. */
const MODEL_CREATED_UNIX_S = 1_735_689_600;

export const mistralWire: VendorWire = {
  defaultModels: ['mock-mistral', 'mock-magistral', 'mistral-embed'],
  resource: findResource,
  refuseCaller: refuseMistralCaller,
  readChat,
  readTokenCount: () => ({ refusal: mistralRefusal(404) }),
  modelList: (models) => ({ object: 'list', data: models.map(modelDocument) }),
  modelDocument,
  refusalForStatus: mistralRefusal,
  errorDocument: mistralErrorDocument,
  responseHeaders: (requestId) => ({ 'mistral-correlation-id': requestId, 'x-kong-request-id': requestId }),
};

function findResource(method: string, path: string): VendorResource | null {
  if (method === 'POST' && path === '/v1/chat/completions') return { type: 'chat' };
  if (method === 'POST' && path === '/v1/embeddings') return { type: 'chat', read: readMistralEmbeddings };
  if (method === 'POST' && path === '/v1/fim/completions') return { type: 'chat', read: readFillInTheMiddle };
  return method === 'GET' && path === '/v1/models' ? { type: 'models' } : null;
}

function modelDocument(id: string): unknown {
  return {
    id,
    object: 'model',
    created: MODEL_CREATED_UNIX_S,
    owned_by: 'mistralai',
    capabilities: {
      completion_chat: true,
      function_calling: true,
      completion_fim: false,
      fine_tuning: false,
      vision: true,
    },
    max_context_length: 131_072,
    aliases: [],
    type: 'base',
  };
}

function readChat(given: unknown): Checked<ChatCall> {
  const checked = checkMistralBody(mistralChatSchema, given);
  return 'refusal' in checked ? checked : answerMistral(checked.value);
}
