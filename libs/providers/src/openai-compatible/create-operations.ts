import { classifyFailure, joinEndpoint, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import { createOpenAiMedia, type MediaOperation } from '../operations/openai-media';
import type { ProviderEntry } from '../provider-entry';
import { createRerank } from '../rerank/create-rerank';
import { PLAIN_RERANK } from '../rerank/rerank-dialect';
import { createEmbeddings } from './create-embeddings';
import { createModerations } from './create-moderations';
import type { OpenAiCompatibleRow, RowOperation } from './openai-compatible-row';
import { headersOf } from './row-headers';

const MAKERS: Readonly<Record<RowOperation, (row: OpenAiCompatibleRow) => OperationAdapter>> = {
  embeddings: createEmbeddings,
  moderations: createModerations,
  rerank: (row) =>
    createRerank({
      dialect: row.rerank ?? PLAIN_RERANK,
      headers: (target) => headersOf(row, target, { kind: 'whole' }),
      classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
    }),
  'image-generations': createMedia('image-generations'),
  'image-edits': createMedia('image-edits'),
  speech: createMedia('speech'),
  transcriptions: createMedia('transcriptions'),
  translations: createMedia('translations'),
};

/** What a row says that its provider does besides chat. */
export function createOperations(row: OpenAiCompatibleRow): NonNullable<ProviderEntry['operations']> {
  return Object.fromEntries((row.operations ?? []).map((operation) => [operation, MAKERS[operation](row)]));
}

function createMedia(operation: MediaOperation): (row: OpenAiCompatibleRow) => OperationAdapter {
  return (row) =>
    createOpenAiMedia(operation, {
      buildCall(target, { forwardHeaders }, { path: below, body, contentType, accept }) {
        const { origin, path } = joinEndpoint(target.baseUrl, below);
        const headers = headersOf(row, target, { kind: 'whole', forwardHeaders });
        return {
          origin,
          path,
          method: 'POST',
          headers: mergeHeaders(headers, { 'content-type': contentType, accept }),
          body,
        };
      },
    });
}
