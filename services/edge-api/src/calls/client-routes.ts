import { type ClientWire, isOperation } from '@gateway/domain';
import { CHAT_WIRE_CODECS, type ChatWireCodec, OPERATION_CODECS, type OperationCodec } from '@gateway/wire-formats';

/** The wire a client speaks on a route: checks what it says, and writes what it is told. */
export type ClientCodec = ChatWireCodec | OperationCodec;

export function isChatCodec(codec: ClientCodec): codec is ChatWireCodec {
  return !isOperation(codec.wire);
}

/** Whether bodies on this wire are forms (`multipart/form-data`) and not JSON. */
export function takesForm(codec: ClientCodec): boolean {
  return 'body' in codec && codec.body === 'form';
}

const CODECS: Readonly<Record<ClientWire, ClientCodec>> = { ...OPERATION_CODECS, ...CHAT_WIRE_CODECS };

/** Callers: whoever has a valid key; it is asked for before the body is read. All of them take POST only. */
const WIRES: Readonly<Record<string, ClientWire>> = {
  '/v1/chat/completions': 'openai-chat',
  '/chat/completions': 'openai-chat',
  '/v1/responses': 'openai-responses',
  '/responses': 'openai-responses',
  '/v1/messages': 'anthropic-messages',
  '/messages': 'anthropic-messages',
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
};

const ROUTES: ReadonlyMap<string, ClientCodec> = new Map(
  Object.entries(WIRES).map(([path, wire]) => [path, CODECS[wire]]),
);

/** Who answers at this path; undefined where no model is called. */
export function codecAt(path: string): ClientCodec | undefined {
  return ROUTES.get(path);
}
