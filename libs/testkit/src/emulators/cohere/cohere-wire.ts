import type { ChatCall, Checked, VendorResource, VendorWire } from '../server/vendor-wire';
import { cohereErrorDocument, cohereRefusal, refuseCohereCaller } from './cohere-refusals';
import { readRerank } from './rerank';

export const cohereWire: VendorWire = {
  defaultModels: ['mock-command', 'command-a-03-2025', 'rerank-v3.5', 'embed-v4.0'],
  resource: findResource,
  refuseCaller: refuseCohereCaller,
  readChat,
  readTokenCount: () => ({ refusal: cohereRefusal(404) }),
  modelList: (models) => ({ models: models.map(modelDocument) }),
  modelDocument,
  refusalForStatus: cohereRefusal,
  errorDocument: cohereErrorDocument,
  responseHeaders: (requestId) => ({ 'x-debug-trace-id': requestId, 'x-endpoint-monthly-call-limit': '1000' }),
};

function findResource(method: string, path: string): VendorResource | null {
  if (method === 'POST' && path === '/v2/rerank') return { type: 'chat', read: readRerank };
  const list = method === 'GET' ? /^\/v1\/models(?:\/([^/]+))?$/.exec(path) : null;
  if (list === null) return null;
  return list[1] === undefined ? { type: 'models' } : { type: 'model', id: decodeURIComponent(list[1]) };
}

function modelDocument(name: string): unknown {
  return { name, endpoints: ['chat', 'embed', 'rerank'], finetuned: false, context_length: 256_000 };
}

function readChat(): Checked<ChatCall> {
  return { refusal: cohereRefusal(404) };
}
