import { jsonOperationCodec } from '../json-operation-codec';
import { type ModerationsBody, moderationsSchema } from './request-schema';

/** OpenAI's moderations (`POST /v1/moderations`) as client's wire; a client may leave the model out. */
export const openaiModerationsCodec = jsonOperationCodec('moderations', moderationsSchema, ({ input }) => ({
  images: hasImages(input),
}));

function hasImages(input: ModerationsBody['input']): boolean {
  return Array.isArray(input) && input.some((part) => typeof part === 'object' && part.type === 'image_url');
}
