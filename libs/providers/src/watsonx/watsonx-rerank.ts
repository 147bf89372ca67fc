import { classifyFailure, type OperationAdapter } from '@gateway/provider-kit';
import { createRerank } from '../rerank/create-rerank';
import { PLAIN_RERANK, type RerankDialect } from '../rerank/rerank-dialect';
import { watsonxHeaders, watsonxScope, watsonxTarget } from './watsonx-call';

/** Documents are `inputs` of `{text}`; settings are `parameters`. */
const DIALECT: RerankDialect = {
  path: () => '/ml/v1/text/rerank',
  quirks: PLAIN_RERANK.quirks,
  rewrite: ({ model, documents, query, top_n, truncate_input_tokens, ...more }, target) => ({
    ...more,
    ...watsonxScope(target, String(model)),
    model_id: model,
    query,
    inputs: (documents as readonly string[]).map((text) => ({ text })),
    parameters: { truncate_input_tokens, ...(top_n !== undefined && { return_options: { top_n } }) },
  }),
};

const rerank = createRerank({
  dialect: DIALECT,
  headers: (target) => watsonxHeaders(target, 'whole'),
  classifyError: (head, body) => classifyFailure(head, body, 'watsonx-chat'),
});

/** `POST {base}/ml/v1/text/rerank` */
export const WATSONX_RERANK: OperationAdapter = {
  ...rerank,
  prepare: (target, input) => rerank.prepare(watsonxTarget(target), input),
};
