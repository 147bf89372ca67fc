import { openaiChatCodec } from '../openai-chat/codec';
import { errorFromIssue } from '../openai-chat/describe-issue';
import { encodeError, encodeStreamError } from '../openai-chat/encode-error';
import type { OperationCodec } from '../operation-codec';
import { embeddingsSchema } from './request-schema';

/** OpenAI's embeddings (`POST /v1/embeddings`) as client's wire. It has no streams. */
export const openaiEmbeddingsCodec: OperationCodec = {
  wire: 'embeddings',

  validateRequest(body) {
    const result = embeddingsSchema.safeParse(body);
    if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
    return { ok: true, model: result.data.model, stream: false, tools: false, images: false, wantsUsage: true };
  },

  encodeError,
  encodeStreamError,
  keepAlive: openaiChatCodec.keepAlive,
  streamTerminator: openaiChatCodec.streamTerminator,
};
