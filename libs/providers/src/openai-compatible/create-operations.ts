import type { Operation } from '@gateway/domain';
import { classifyFailure, joinEndpoint, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import { decodeEmbeddingsRequest, relayEmbeddings } from '@gateway/wire-formats';
import { createOpenAiMedia, type MediaOperation } from '../operations/openai-media';
import { completeJsonBody, prepareJsonBody } from '../operations/prepare-json-body';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import type { ProviderEntry } from '../provider-entry';
import { createRerank } from '../rerank/create-rerank';
import { PLAIN_RERANK } from '../rerank/rerank-dialect';
import { createModerations } from './create-moderations';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { headersOf } from './row-headers';

const MAKERS: Readonly<Record<Operation, (row: OpenAiCompatibleRow) => OperationAdapter>> = {
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

function createEmbeddings(row: OpenAiCompatibleRow): OperationAdapter {
  return {
    prepare(target, input) {
      const { origin, path } = joinEndpoint(target.baseUrl, '/embeddings');
      const headers = headersOf(row, target, { kind: 'whole', forwardHeaders: input.forwardHeaders });
      const { encodingFormat } = decodeEmbeddingsRequest(completeJsonBody(input));
      return {
        call: { origin, path, method: 'POST', headers, body: prepareJsonBody(input, null) },
        reader: new WholeAnswerReader((body) => relayEmbeddings(body, { model: input.requestedModel, encodingFormat })),
      };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
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
