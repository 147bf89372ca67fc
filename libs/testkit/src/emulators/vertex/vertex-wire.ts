import { invalidRequest } from '../anthropic/anthropic-refusals';
import { anthropicWire } from '../anthropic/anthropic-wire';
import { geminiRefusal, invalidArgument } from '../gemini/gemini-refusals';
import { geminiWire } from '../gemini/gemini-wire';
import { openAiWire } from '../openai/openai-wire';
import type { ChatCall, ChatTarget, Checked, VendorResource, VendorWire } from '../server/vendor-wire';
import { readEmbeddedContent, readPredictedEmbeddings } from './embeddings';
import type { GoogleTokens } from './google-tokens';
import { refuseVertexCaller, vertexErrorDocument } from './vertex-refusals';

const LOCATION = /^\/v1(?:beta1)?\/projects\/[^/]+\/locations\/[a-z0-9-]+(\/.+)$/;
const GEMINI = /^\/(?:publishers\/google\/models|endpoints)\/([^/:]+):(generateContent|streamGenerateContent)$/;
const GEMINI_COUNT = /^\/publishers\/google\/models\/[^/:]+:countTokens$/;
const CLAUDE = /^\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;
const CLAUDE_COUNT = '/publishers/anthropic/models/count-tokens:rawPredict';
const EMBEDDING = /^\/publishers\/google\/models\/([^/:]*embedding[^/:]*):(predict|embedContent)$/;
const OTHERS = '/endpoints/openapi/chat/completions';
const TOKEN_PATHS: ReadonlySet<string> = new Set(['/token', '/v1/token']);
const VERSION = 'vertex-2023-10-16';

/** Three wires behind one address, one way to sign in and one document for refusals. */
export function createVertexWire(tokens: GoogleTokens): VendorWire {
  return {
    ...geminiWire,
    defaultModels: ['mock-gemini', 'claude-mock', 'meta/mock-llama'],
    resource: findResource,
    refuseCaller: (headers) => refuseVertexCaller(headers, tokens),
    readTokenCount,
    refusalForStatus: geminiRefusal,
    errorDocument: vertexErrorDocument,
    answerSignIn: ({ method, path, body }) =>
      method === 'POST' && TOKEN_PATHS.has(path) ? tokens.issue(new URLSearchParams(body ?? '')) : null,
  };
}

function findResource(method: string, path: string, query: URLSearchParams): VendorResource | null {
  const [, call] = LOCATION.exec(path) ?? [];
  if (method !== 'POST' || call === undefined) return null;
  if (call === OTHERS) return { type: 'chat', read: readOthers };
  if (GEMINI_COUNT.test(call) || call === CLAUDE_COUNT) return { type: 'count-tokens' };
  const [, embedder, embed] = EMBEDDING.exec(call) ?? [];
  if (embedder !== undefined) {
    const target = { model: decodeURIComponent(embedder), stream: false };
    return { type: 'chat', target, read: embed === 'predict' ? readPredictedEmbeddings : readEmbeddedContent };
  }
  const [, gemini, action] = GEMINI.exec(call) ?? [];
  if (gemini !== undefined) {
    const stream = action === 'streamGenerateContent';
    // Without it a stream is one long JSON array, which is not emulated.
    if (stream && query.get('alt') !== 'sse') return null;
    return { type: 'chat', target: { model: decodeURIComponent(gemini), stream } };
  }
  const [, claude, predict] = CLAUDE.exec(call) ?? [];
  if (claude === undefined) return null;
  const target = { model: decodeURIComponent(claude), stream: predict === 'streamRawPredict' };
  return { type: 'chat', target, read: readClaude };
}

/** Claude's count has the model in its body, for want of another place. */
function readTokenCount(given: unknown, rejectUnknownFields: boolean): Checked<object> {
  const { anthropic_version: version, ...body } = (given ?? {}) as Record<string, unknown>;
  if (!('messages' in body)) return geminiWire.readTokenCount(given, rejectUnknownFields);
  if (version !== VERSION) return { refusal: invalidRequest('anthropic_version: Field required', 'anthropic_version') };
  return anthropicWire.readTokenCount(body, rejectUnknownFields);
}

/** Anthropic's body without its model, and with the version that Anthropic takes from a header. */
function readClaude(given: unknown, rejectUnknownFields: boolean, target?: ChatTarget): Checked<ChatCall> {
  const { model = '', stream = false } = target ?? {};
  const { anthropic_version: version, ...body } = (given ?? {}) as Record<string, unknown>;
  if (version !== VERSION) return { refusal: invalidRequest('anthropic_version: Field required', 'anthropic_version') };
  if ('model' in body) return { refusal: invalidRequest('model: Extra inputs are not permitted', 'model') };
  if ((body.stream ?? false) !== stream) {
    return { refusal: invalidRequest('stream: not as the call in the URL says', 'stream') };
  }
  return anthropicWire.readChat({ ...body, model }, rejectUnknownFields);
}

/** Models of others have their makers' names before their own. */
function readOthers(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const checked = openAiWire.readChat(given, rejectUnknownFields);
  if ('refusal' in checked) return { refusal: { ...checked.refusal, type: 'INVALID_ARGUMENT', code: null } };
  const hasPublisher = /^[a-z0-9-]+\/./.test(checked.value.model);
  return hasPublisher ? checked : { refusal: invalidArgument('The model is to be named publisher/model.', 'model') };
}
