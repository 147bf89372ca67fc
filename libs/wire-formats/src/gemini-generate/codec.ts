import type { ProviderWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';

/**
 * Google's Gemini API (`v1beta/models/{model}:generateContent` and `:streamGenerateContent?alt=sse`) as provider's wire.
 * Model and streaming are in the URL, not in the body.
 */
export const geminiGenerateCodec: ProviderWireCodec = {
  wire: 'gemini-generate',
  framing: SSE_FRAMING,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
};
