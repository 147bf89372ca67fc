import type { ProviderWireCodec } from '../chat-wire-codec';
import { openaiChatCodec } from '../openai-chat/codec';
import { encodeRequest } from './encode-request';

/**
 * Mistral's fill-in-the-middle (`POST /v1/fim/completions`): asked like a text completion, answered like a chat
 * (docs.mistral.ai/api, "Fim").
 */
export const mistralFimCodec: ProviderWireCodec = {
  wire: 'mistral-fim',
  framing: openaiChatCodec.framing,
  encodeRequest,
  decodeResponse: openaiChatCodec.decodeResponse,
  createStreamDecoder: openaiChatCodec.createStreamDecoder,
};
