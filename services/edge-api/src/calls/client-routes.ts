import { type ClientWire, isOperation, NATIVE_WIRE } from '@gateway/domain';
import {
  type CalledInPath,
  CHAT_WIRE_CODECS,
  type ClientChatCodec,
  nativeStreamCodec,
  OPERATION_CODECS,
  type OperationCodec,
} from '@gateway/wire-formats';
import { GEMINI_TEMPLATES, matchGeminiPath } from './gemini-path';

/** The wire a client speaks on a route: checks what it says, and writes what it is told. */
export type ClientCodec = ClientChatCodec | OperationCodec;

export function isChatCodec(codec: ClientCodec): codec is ClientChatCodec {
  return !isOperation(codec.wire);
}

/** Whether bodies on this wire are forms (`multipart/form-data`) and not JSON. */
export function takesForm(codec: ClientCodec): boolean {
  return 'body' in codec && codec.body === 'form';
}

/** What a URL says of a call. */
export interface ClientRoute {
  readonly codec: ClientCodec;
  /** The path as a person would write it down: without names of models, and without the query. */
  readonly template: string;
  /** Where the body does not say it. */
  readonly called?: CalledInPath;
  /** A stream is asked for as one JSON array instead of events. */
  readonly asArray?: boolean;
  /** A key in the query; it goes nowhere but to the authenticator. */
  readonly queryKey?: string;
}

const CODECS: Readonly<Record<ClientWire, ClientCodec>> = { ...OPERATION_CODECS, ...CHAT_WIRE_CODECS };

/** Callers: whoever has a valid key; it is asked for before the body is read. All of them take POST only. */
const WIRES: Readonly<Record<string, ClientWire>> = {
  '/v1/chat/completions': 'openai-chat',
  '/chat/completions': 'openai-chat',
  '/v1/completions': 'openai-completions',
  '/completions': 'openai-completions',
  '/v1/responses': 'openai-responses',
  '/responses': 'openai-responses',
  '/v1/messages': 'anthropic-messages',
  '/messages': 'anthropic-messages',
  '/v1/messages/count_tokens': 'anthropic-count-tokens',
  '/messages/count_tokens': 'anthropic-count-tokens',
  '/v1/embeddings': 'embeddings',
  '/embeddings': 'embeddings',
  '/v1/moderations': 'moderations',
  '/moderations': 'moderations',
  '/v1/rerank': 'rerank',
  '/v2/rerank': 'rerank',
  '/rerank': 'rerank',
  '/v1/images/generations': 'image-generations',
  '/images/generations': 'image-generations',
  '/v1/images/edits': 'image-edits',
  '/images/edits': 'image-edits',
  '/v1/audio/speech': 'speech',
  '/audio/speech': 'speech',
  '/v1/audio/transcriptions': 'transcriptions',
  '/audio/transcriptions': 'transcriptions',
  '/v1/audio/translations': 'translations',
  '/audio/translations': 'translations',
  '/v1/gateway/chat': NATIVE_WIRE,
};

/** The path says that the answer is streamed, and so do its checks. */
const NATIVE_STREAM = '/v1/gateway/stream';

const ROUTES: ReadonlyMap<string, ClientRoute> = new Map<string, ClientRoute>(
  Object.entries(WIRES).map(([path, wire]): [string, ClientRoute] => [path, { codec: CODECS[wire], template: path }]),
).set(NATIVE_STREAM, { codec: nativeStreamCodec, template: NATIVE_STREAM });

/** Every route here, as they are in `allowed_routes`. */
export const CLIENT_ROUTE_TEMPLATES: readonly string[] = [...ROUTES.keys(), ...GEMINI_TEMPLATES];

/** Answers that are bytes, which no line of a batch can hold; and what OpenAI's batches have no endpoint for. */
const NOT_IN_BATCHES: ReadonlySet<ClientWire> = new Set<ClientWire>(['speech', NATIVE_WIRE]);

/** Who answers the lines of batches for this endpoint: JSON in, JSON out. Undefined for all others. */
export function batchRouteAt(endpoint: string): ClientRoute | undefined {
  const route = endpoint.startsWith('/v1/') ? ROUTES.get(endpoint) : undefined;
  if (route === undefined || takesForm(route.codec) || NOT_IN_BATCHES.has(route.codec.wire)) return undefined;
  return route;
}

/** Who answers at this URL (path and query); undefined where no model is called. */
export function routeAt(url: string): ClientRoute | undefined {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const fixed = ROUTES.get(path);
  if (fixed !== undefined) return fixed;
  const match = matchGeminiPath(path, queryAt < 0 ? '' : url.slice(queryAt + 1));
  if (match === null) return undefined;
  return { ...match, codec: CODECS[match.wire] };
}
