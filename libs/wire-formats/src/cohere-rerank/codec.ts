import { jsonOperationCodec } from '../json-operation-codec';
import { rerankSchema } from './request-schema';

/**
 * Cohere's rerank (`POST /v1/rerank`, `/v2/rerank`) as client's wire. Errors are OpenAI's, as on the other routes that
 * LiteLLM's clients know.
 */
export const cohereRerankCodec = jsonOperationCodec('rerank', rerankSchema);
