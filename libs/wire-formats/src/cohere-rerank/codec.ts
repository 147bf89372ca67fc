import { openaiChatCodec } from '../openai-chat/codec';
import { errorFromIssue } from '../openai-chat/describe-issue';
import { encodeError, encodeStreamError } from '../openai-chat/encode-error';
import type { OperationCodec } from '../operation-codec';
import { rerankSchema } from './request-schema';

/**
 * Cohere's rerank (`POST /v1/rerank`, `/v2/rerank`) as client's wire. Errors are OpenAI's, as on the other routes that
 * LiteLLM's clients know. It has no streams.
 */
export const cohereRerankCodec: OperationCodec = {
  wire: 'rerank',

  validateRequest(body) {
    const result = rerankSchema.safeParse(body);
    if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
    return { ok: true, model: result.data.model, stream: false, tools: false, images: false, wantsUsage: true };
  },

  encodeError,
  encodeStreamError,
  keepAlive: openaiChatCodec.keepAlive,
  streamTerminator: openaiChatCodec.streamTerminator,
};
