import { classifyFailure, type OperationAdapter } from '@gateway/provider-kit';
import { createRerank } from '../rerank/create-rerank';
import { COHERE_RERANK } from '../rerank/rerank-dialect';
import { cohereHeaders, cohereTarget } from './cohere-call';

const rerank = createRerank({
  dialect: COHERE_RERANK,
  headers: (target) => cohereHeaders(target, 'whole'),
  classifyError: (head, body) => classifyFailure(head, body, 'cohere-chat'),
});

/** `POST {base}/v2/rerank` */
export const COHERE_RERANK_ADAPTER: OperationAdapter = {
  ...rerank,
  prepare: (target, input) => rerank.prepare(cohereTarget(target), input),
};
