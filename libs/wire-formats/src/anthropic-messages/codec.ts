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
import { sseEvent } from './sse-event-text';
import { validateRequest } from './validate-request';

/** Anthropic's Messages API (`POST /v1/messages`, anthropic-version 2023-06-01), as client's and as provider's wire. */
export const anthropicMessagesCodec: ChatWireCodec = {
  wire: 'anthropic-messages',
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
  keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
  streamTerminator: sseEvent('message_stop', {}),
  createStreamRelay,
  relayResponse,
};
