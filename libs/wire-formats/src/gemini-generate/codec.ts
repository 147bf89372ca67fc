import type { ChatWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { createStreamEncoder } from './create-stream-encoder';
import { createStreamRelay } from './create-stream-relay';
import { decodeRequest } from './decode-request';
import { decodeResponse } from './decode-response';
import { encodeError, encodeStreamError } from './encode-error';
import { encodeRequest } from './encode-request';
import { encodeResponse } from './encode-response';
import { relayResponse } from './relay-response';
import { validateRequest } from './validate-request';

/**
 * Google's Gemini API (`v1beta/models/{model}:generateContent` and `:streamGenerateContent?alt=sse`), as client's and as
 * provider's wire. Model and streaming are in the URL, not in the body.
 */
export const geminiGenerateCodec: ChatWireCodec = {
  wire: 'gemini-generate',
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
  // A comment: the API's own clients skip what is no data.
  keepAlive: ': keep-alive\r\n\r\n',
  streamTerminator: '',
  createStreamRelay,
  relayResponse,
};
