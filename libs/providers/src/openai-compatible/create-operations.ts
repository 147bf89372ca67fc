import { classifyFailure, joinEndpoint, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import { createOpenAiMedia, type MediaCaller, type MediaOperation } from '../operations/openai-media';
import type { ProviderEntry } from '../provider-entry';
import { createRerank } from '../rerank/create-rerank';
import { PLAIN_RERANK } from '../rerank/rerank-dialect';
import { createEmbeddings } from './create-embeddings';
import { createModerations } from './create-moderations';
import type { ImagesDialect, OpenAiCompatibleRow, RowOperation } from './openai-compatible-row';
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

function imageQuirks({ quirks, splitsSize, base64Word }: ImagesDialect): Pick<MediaCaller, 'quirks' | 'rewrite'> {
  return {
    quirks,
    rewrite(body) {
      const [, width, height] = (splitsSize && /^(\d+)x(\d+)$/.exec(String(body.size))) || [];
      if (width !== undefined) Object.assign(body, { width: Number(width), height: Number(height) });
      if (splitsSize && (width !== undefined || body.size === 'auto')) delete body.size;
      if (base64Word !== undefined && body.response_format === 'b64_json') body.response_format = base64Word;
    },
  };
}

function createMedia(operation: MediaOperation): (row: OpenAiCompatibleRow) => OperationAdapter {
  return (row) =>
    createOpenAiMedia(operation, {
      ...(operation === 'image-generations' && row.images && imageQuirks(row.images)),
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
