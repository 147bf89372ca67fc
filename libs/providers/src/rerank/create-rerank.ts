import { randomUUID } from 'node:crypto';
import { NO_USAGE, type RerankRequest, type Usage } from '@gateway/domain';
import {
  applyBodyQuirks,
  type JsonBody,
  joinEndpoint,
  type OperationAdapter,
  type OperationInput,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { decodeRerankAnswer, decodeRerankRequest, encodeRerankAnswer } from '@gateway/wire-formats';
import { completeJsonBody } from '../operations/prepare-json-body';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { documentText } from './document-text';
import type { RerankDialect } from './rerank-dialect';

export interface RerankMaker {
  readonly dialect: RerankDialect;
  headers(target: ProviderTarget): Record<string, string>;
  readonly classifyError: OperationAdapter['classifyError'];
}

/** A provider's rerank. Providers are never asked for documents: the client's own are put into the answer here. */
export function createRerank({ dialect, headers, classifyError }: RerankMaker): OperationAdapter {
  return {
    prepare(target, input) {
      const request = decodeRerankRequest(completeJsonBody(input));
      const { origin, path } = joinEndpoint(baseFor(target, dialect), dialect.path(input.providerModel));
      const body = encodeBody(request, input, dialect);
      const written = dialect.rewrite?.(body, target) ?? body;
      return {
        call: {
          origin,
          path,
          method: 'POST',
          headers: headers(target),
          body: Buffer.from(JSON.stringify(written), 'utf8'),
        },
        reader: new WholeAnswerReader((bytes) => translateAnswer(bytes, request, dialect)),
      };
    },
    classifyError,
  };
}

function baseFor({ baseUrl }: ProviderTarget, { notUnder }: RerankDialect): string {
  const base = baseUrl.replace(/\/+$/, '');
  return notUnder !== undefined && base.endsWith(notUnder) ? base.slice(0, -notUnder.length) : base;
}

/** @throws GatewayException `unsupported_parameter` for what the provider has no word for, unless `drop_params`. */
function encodeBody(request: RerankRequest, input: OperationInput, dialect: RerankDialect): JsonBody {
  const body: JsonBody = {
    ...dialect.defaults,
    ...request.unmapped,
    model: input.providerModel,
    query: request.query,
    documents: request.documents.map((document) =>
      dialect.takesImages && typeof document === 'object' && typeof document.image === 'string'
        ? { image: document.image }
        : documentText(document, request),
    ),
    ...(request.topN !== undefined && { top_n: request.topN }),
    ...(request.maxTokensPerDoc !== undefined && { max_tokens_per_doc: request.maxTokensPerDoc }),
    ...(request.maxChunksPerDoc !== undefined && { max_chunks_per_doc: request.maxChunksPerDoc }),
  };
  applyBodyQuirks(body, dialect.quirks, input.deployment.dropParams ?? false);
  return body;
}

function translateAnswer(bytes: Buffer, request: RerankRequest, dialect: RerankDialect) {
  const documentCount = request.documents.length;
  const answer = decodeRerankAnswer(bytes, { documentCount, fallbackId: `rerank-${randomUUID()}` });
  const usage = answer.usage ?? countSearches(documentCount, dialect);
  return { bytes: Buffer.from(JSON.stringify(encodeRerankAnswer({ ...answer, usage }, request)), 'utf8'), usage };
}

function countSearches(documentCount: number, { documentsPerSearch }: RerankDialect): Usage | null {
  if (documentsPerSearch === undefined) return null;
  return { ...NO_USAGE, units: { searchUnits: Math.ceil(documentCount / documentsPerSearch) }, estimated: true };
}
