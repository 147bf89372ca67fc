import type { ProviderWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';

/** Chat of IBM watsonx.ai (`POST /ml/v1/text/chat`, `/ml/v1/text/chat_stream`) as provider's wire. */
export const watsonxChatCodec: ProviderWireCodec = {
  wire: 'watsonx-chat',
  framing: SSE_FRAMING,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
};
