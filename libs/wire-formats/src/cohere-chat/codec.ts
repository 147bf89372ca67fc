import type { ProviderWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';

/** Version 2 of Cohere's chat (`POST /v2/chat`) as provider's wire. */
export const cohereChatCodec: ProviderWireCodec = {
  wire: 'cohere-chat',
  framing: SSE_FRAMING,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
};
