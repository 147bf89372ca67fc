import type { Operation } from '@gateway/domain';
import type { z } from 'zod';
import type { RequestCheck } from './chat-wire-codec';
import { openaiChatCodec } from './openai-chat/codec';
import { errorFromIssue } from './openai-chat/describe-issue';
import { encodeError, encodeStreamError } from './openai-chat/encode-error';
import type { OperationCodec } from './operation-codec';

type Accepted = Extract<RequestCheck, { ok: true }>;

/** An operation whose requests are JSON and whose answers are never streamed; its errors are OpenAI's. */
export function jsonOperationCodec<Body extends { readonly model?: string | null | undefined }>(
  wire: Operation,
  schema: z.ZodType<Body>,
  describe: (body: Body) => Partial<Accepted> = () => ({}),
): OperationCodec {
  return {
    wire,

    validateRequest(body) {
      const result = schema.safeParse(body);
      if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
      const model = result.data.model ?? '';
      return {
        ok: true,
        model,
        stream: false,
        tools: false,
        images: false,
        wantsUsage: true,
        ...describe(result.data),
      };
    },

    encodeError,
    encodeStreamError,
    keepAlive: openaiChatCodec.keepAlive,
    streamTerminator: openaiChatCodec.streamTerminator,
  };
}
