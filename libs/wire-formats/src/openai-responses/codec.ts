import type { ChatWireCodec } from '../chat-wire-codec';
import { encodeError } from '../openai-chat/encode-error';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { createStreamEncoder } from './create-stream-encoder';
import { createStreamRelay } from './create-stream-relay';
import { decodeRequest } from './decode-request';
import { decodeResponse } from './decode-response';
import { encodeStreamError } from './encode-error';
import { encodeRequest } from './encode-request';
import { encodeResponse } from './encode-response';
import { relayResponse } from './relay-response';
import { validateRequest } from './validate-request';

/** OpenAI's Responses (`POST /v1/responses`), as client's and as provider's wire. */
export const openaiResponsesCodec: ChatWireCodec = {
  wire: 'openai-responses',
  framing: SSE_FRAMING,
  validateRequest,
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
  encodeError,
  encodeStreamError,
  keepAlive: ': keep-alive\n\n',
  // The event that ends a stream holds the whole response and comes with the answer.
  streamTerminator: '',
  createStreamRelay,
  relayResponse,
};
