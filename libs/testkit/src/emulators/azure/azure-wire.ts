import { readCompletions } from '../openai/completions';
import { readEmbeddings } from '../openai/embeddings';
import { MEDIA_READERS } from '../openai/media';
import { openAiWire } from '../openai/openai-wire';
import { readResponses } from '../openai/responses';
import type { ChatCall, ChatResource, Checked, VendorResource, VendorWire } from '../server/vendor-wire';
import { addFilterResults } from './add-filter-results';
import { azureErrorDocument, azureRefusal, refuseAzureCaller } from './azure-refusals';
import type { EntraTokens } from './entra-tokens';
import { answerManagedIdentity } from './managed-identities';

const TOKEN_PATH = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;
const DEPLOYMENT_PATH = /^\/openai\/deployments\/([^/]+)(\/.+)$/;
const DATED = /^\d{4}-\d{2}-\d{2}(-preview)?$/;

/** OpenAI's wire with Azure's addresses, credentials, errors and filter results; one per emulator, for its tokens. */
export function createAzureWire(tokens: EntraTokens): VendorWire {
  return {
    ...openAiWire,
    defaultModels: ['mock-gpt', 'gpt-4o-mini'],
    resource: findResource,
    refuseCaller: (headers) => refuseAzureCaller(headers, tokens),
    readChat,
    refusalForStatus: azureRefusal,
    missingModelCode: 'DeploymentNotFound',
    errorDocument: azureErrorDocument,
    responseHeaders: (requestId) => ({
      'x-request-id': requestId,
      'apim-request-id': requestId,
      'x-ms-region': 'Emulated',
      'x-ratelimit-remaining-requests': '9999',
    }),
    answerSignIn: (request) => {
      const { method, path, body } = request;
      if (method === 'GET') return answerManagedIdentity(request, tokens);
      const tenant = method === 'POST' ? TOKEN_PATH.exec(path)?.[1] : undefined;
      return tenant === undefined ? null : tokens.issue(decodeURIComponent(tenant), new URLSearchParams(body ?? ''));
    },
  };
}

/** A deployment's URL needs a dated version; the v1 URL takes none, or a word. */
function findResource(method: string, path: string, query: URLSearchParams): VendorResource | null {
  if (method !== 'POST') return null;
  const version = query.get('api-version');
  const [, deployment, call = ''] = DEPLOYMENT_PATH.exec(path) ?? [];
  if (deployment !== undefined && version !== null && DATED.test(version)) {
    const resource = findCall(call);
    return resource && { ...resource, model: decodeURIComponent(deployment) };
  }
  const isV1 = path.startsWith('/openai/v1/') && (version === null || /^(v1|preview)$/.test(version));
  if (!isV1) return null;
  if (path === '/openai/v1/responses') return { type: 'chat', read: readResponses };
  return findCall(path.slice('/openai/v1'.length));
}

/** What both kinds of URL have. */
function findCall(call: string): ChatResource | null {
  if (call === '/chat/completions') return { type: 'chat' };
  if (call === '/completions') return { type: 'chat', read: readCompletions };
  if (call === '/embeddings') return { type: 'chat', read: readEmbeddings };
  const read = MEDIA_READERS.get(call);
  return read ? { type: 'chat', read } : null;
}

function readChat(body: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const checked = openAiWire.readChat(body, rejectUnknownFields);
  if ('refusal' in checked) return checked;
  const call = checked.value;
  return { value: { ...call, answer: (fault, sequence) => addFilterResults(call.answer(fault, sequence)) } };
}
