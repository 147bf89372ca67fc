import type { ChatWireCodec } from '../chat-wire-codec';
import { openaiChatCodec } from '../openai-chat/codec';
import { createStreamDecoder } from '../openai-chat/create-stream-decoder';
import { createStreamRelay } from '../openai-chat/create-stream-relay';
import { decodeResponse } from '../openai-chat/decode-response';
import type { MessageOf } from '../openai-chat/message-in-choice';
import { relayResponse } from '../openai-chat/relay-response';
import { createStreamEncoder } from './create-stream-encoder';
import { decodeRequest } from './decode-request';
import { encodeRequest } from './encode-request';
import { encodeResponse } from './encode-response';
import { validateRequest } from './validate-request';

/** A choice has bare text where a chat has a message; all else of an answer is as there. */
const textIn: MessageOf = ({ text }) => (typeof text === 'string' ? { content: text } : undefined);

/** OpenAI's text completions (`POST /v1/completions`), as client's and as provider's wire. */
export const openaiCompletionsCodec: ChatWireCodec = {
  ...openaiChatCodec,
  wire: 'openai-completions',
  validateRequest,
  decodeRequest,
  encodeRequest,
  decodeResponse: (body) => decodeResponse(body, textIn),
  encodeResponse,
  createStreamDecoder: () => createStreamDecoder(textIn),
  createStreamEncoder,
  createStreamRelay: (options) => createStreamRelay(options, textIn),
  relayResponse: (body, options) => relayResponse(body, options, textIn),
};
