import type { ProviderWireCodec } from '../chat-wire-codec';
import { NDJSON_FRAMING } from '../ndjson/ndjson-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';
import { placeConfiguredFields } from './own-fields';

/** Ollama's own chat (`POST /api/chat`) as provider's wire. */
export const ollamaChatCodec: ProviderWireCodec = {
  wire: 'ollama-chat',
  framing: NDJSON_FRAMING,
  encodeRequest,
  placeConfiguredFields,
  decodeResponse,
  createStreamDecoder,
};
