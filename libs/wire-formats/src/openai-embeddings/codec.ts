import { jsonOperationCodec } from '../json-operation-codec';
import { embeddingsSchema } from './request-schema';

/** OpenAI's embeddings (`POST /v1/embeddings`) as client's wire. */
export const openaiEmbeddingsCodec = jsonOperationCodec('embeddings', embeddingsSchema);
