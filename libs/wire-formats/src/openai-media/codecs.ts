import type { Operation } from '@gateway/domain';
import type { z } from 'zod';
import { openaiChatCodec } from '../openai-chat/codec';
import { errorFromIssue } from '../openai-chat/describe-issue';
import { encodeError, encodeStreamError } from '../openai-chat/encode-error';
import type { OperationCodec } from '../operation-codec';
import { speechSchema, transcriptionsSchema, translationsSchema } from './audio-schema';
import { isTrue } from './form-values';
import { imageEditsSchema, imageGenerationsSchema } from './images-schema';

interface MediaWire<Body extends { readonly model: string }> {
  readonly wire: Operation;
  readonly schema: z.ZodType<Body>;
  readonly body: NonNullable<OperationCodec['body']>;
  /** Whether this call asks for an event stream. */
  streams(body: Body): boolean;
}

/** Their streams end with an event that says so, and not with `[DONE]`. */
function createCodec<Body extends { readonly model: string }>(media: MediaWire<Body>): OperationCodec {
  return {
    wire: media.wire,
    body: media.body,

    validateRequest(body) {
      const result = media.schema.safeParse(body);
      if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
      const stream = media.streams(result.data);
      return { ok: true, model: result.data.model, stream, tools: false, images: false, wantsUsage: true };
    },

    encodeError,
    encodeStreamError,
    keepAlive: openaiChatCodec.keepAlive,
    streamTerminator: '',
  };
}

export const imageGenerationsCodec = createCodec({
  wire: 'image-generations',
  schema: imageGenerationsSchema,
  body: 'json',
  streams: ({ stream }) => stream ?? false,
});

export const imageEditsCodec = createCodec({
  wire: 'image-edits',
  schema: imageEditsSchema,
  body: 'form',
  streams: ({ stream }) => isTrue(stream),
});

export const speechCodec = createCodec({
  wire: 'speech',
  schema: speechSchema,
  body: 'json',
  // Sound itself is no event stream: it is written as it comes.
  streams: ({ stream_format: format }) => format === 'sse',
});

export const transcriptionsCodec = createCodec({
  wire: 'transcriptions',
  schema: transcriptionsSchema,
  body: 'form',
  streams: ({ stream }) => isTrue(stream),
});

export const translationsCodec = createCodec({
  wire: 'translations',
  schema: translationsSchema,
  body: 'form',
  streams: () => false,
});
