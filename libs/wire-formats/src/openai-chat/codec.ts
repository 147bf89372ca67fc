import type { ChatWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { createStreamEncoder, STREAM_TERMINATOR } from './create-stream-encoder';
import { createStreamRelay } from './create-stream-relay';
import { decodeRequest } from './decode-request';
import { decodeResponse } from './decode-response';
import { encodeError, encodeStreamError } from './encode-error';
import { encodeRequest } from './encode-request';
import { encodeResponse } from './encode-response';
import { relayResponse } from './relay-response';
import { validateRequest } from './validate-request';

/** OpenAI's chat completions, as spoken by OpenAI, by clients of ours and by most other providers. */
export const openaiChatCodec: ChatWireCodec = {
  wire: 'openai-chat',
  framing: SSE_FRAMING,
  validateRequest,
  decodeRequest,
  encodeRequest,
  decodeResponse: (body) => decodeResponse(body),
  encodeResponse,
  createStreamDecoder: () => createStreamDecoder(),
  createStreamEncoder,
  streamTerminator: STREAM_TERMINATOR,
  encodeError,
  encodeStreamError,
  keepAlive: ': keep-alive\n\n',
  createStreamRelay: (options) => createStreamRelay(options),
  relayResponse: (body, options) => relayResponse(body, options),
};
