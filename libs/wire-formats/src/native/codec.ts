import { NATIVE_WIRE } from '@gateway/domain';
import type { ClientChatCodec } from '../chat-wire-codec';
import { createStreamEncoder } from './create-stream-encoder';
import { decodeRequest } from './decode-request';
import { encodeError, encodeStreamError } from './encode-error';
import { encodeResponse } from './encode-response';
import { validateRequest, validateStreamRequest } from './validate-request';

/** The gateway's own API (`POST /v1/gateway/chat`): its canonical request, and answers that say what they cost. */
export const nativeCodec: ClientChatCodec = {
  wire: NATIVE_WIRE,
  validateRequest,
  decodeRequest,
  encodeResponse,
  createStreamEncoder,
  encodeError,
  encodeStreamError,
  keepAlive: ': keep-alive\n\n',
  // The last event is the encoder's, as no provider speaks this wire.
  streamTerminator: '',
};

/** The same where the route says that the answer is streamed (`POST /v1/gateway/stream`). */
export const nativeStreamCodec: ClientChatCodec = { ...nativeCodec, validateRequest: validateStreamRequest };
