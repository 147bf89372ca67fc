import { openaiChatCodec } from '../openai-chat/codec';
import { errorFromIssue } from '../openai-chat/describe-issue';
import { encodeError, encodeStreamError } from '../openai-chat/encode-error';
import type { OperationCodec } from '../operation-codec';
import { type ModerationsBody, moderationsSchema } from './request-schema';

/** OpenAI's moderations (`POST /v1/moderations`) as client's wire. It has no streams, and may leave the model out. */
export const openaiModerationsCodec: OperationCodec = {
  wire: 'moderations',

  validateRequest(body) {
    const result = moderationsSchema.safeParse(body);
    if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
    return {
      ok: true,
      model: result.data.model ?? '',
      stream: false,
      tools: false,
      images: hasImages(result.data.input),
      wantsUsage: true,
    };
  },

  encodeError,
  encodeStreamError,
  keepAlive: openaiChatCodec.keepAlive,
  streamTerminator: openaiChatCodec.streamTerminator,
};

function hasImages(input: ModerationsBody['input']): boolean {
  return Array.isArray(input) && input.some((part) => typeof part === 'object' && part.type === 'image_url');
}
