import type { VendorResource, VendorWire } from '../server/vendor-wire';
import { readEmbeddings } from './embeddings';
import { IamTokens } from './iam-tokens';
import { readWatsonxChat } from './read-chat';
import { readRerank } from './rerank';
import { refuseWatsonxCaller, watsonxErrorDocument, watsonxRefusal } from './watsonx-refusals';

const CHAT = /^\/ml\/v1(?:\/deployments\/([^/]+))?\/text\/chat(_stream)?$/;
const DATED = /^\d{4}-\d{2}-\d{2}$/;

/** One per emulator, for its tokens. */
export function createWatsonxWire(): VendorWire {
  const tokens = new IamTokens(Date.now);
  return {
    defaultModels: ['mock-granite', 'ibm/granite-3-8b-instruct'],
    resource: findResource,
    refuseCaller: (headers) => refuseWatsonxCaller(headers, tokens),
    readChat: (body, closed) => readWatsonxChat(body, closed, { stream: false, deployment: null }),
    readTokenCount: () => ({ refusal: watsonxRefusal(404) }),
    modelList: (models) => ({ total_count: models.length, resources: models.map(modelDocument) }),
    modelDocument,
    refusalForStatus: watsonxRefusal,
    errorDocument: watsonxErrorDocument,
    responseHeaders: (requestId) => ({ 'x-global-transaction-id': requestId, 'x-request-id': requestId }),
    answerSignIn: ({ method, path, body }) =>
      method === 'POST' && path === '/identity/token' ? tokens.issue(new URLSearchParams(body ?? '')) : null,
  };
}

function modelDocument(id: string): unknown {
  return { model_id: id, label: id, provider: 'Emulator', functions: [{ id: 'text_chat' }] };
}

/** Every call says the date of the API's version. */
function findResource(method: string, path: string, query: URLSearchParams): VendorResource | null {
  if (!DATED.test(query.get('version') ?? '')) return null;
  if (method === 'GET' && path === '/ml/v1/foundation_model_specs') return { type: 'models' };
  if (method !== 'POST') return null;
  if (path === '/ml/v1/text/embeddings') return { type: 'chat', read: readEmbeddings };
  if (path === '/ml/v1/text/rerank') return { type: 'chat', read: readRerank };
  const found = CHAT.exec(path);
  if (found === null) return null;
  const deployment = found[1] === undefined ? null : decodeURIComponent(found[1]);
  const kind = { stream: found[2] !== undefined, deployment };
  return { type: 'chat', read: (body, closed) => readWatsonxChat(body, closed, kind) };
}
