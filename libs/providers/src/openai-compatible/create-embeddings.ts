import { type EmbeddingsRequest, GatewayException } from '@gateway/domain';
import {
  applyBodyQuirks,
  classifyFailure,
  joinEndpoint,
  type OperationAdapter,
  type OperationInput,
} from '@gateway/provider-kit';
import { decodeEmbeddingsRequest, relayEmbeddings } from '@gateway/wire-formats';
import { completeJsonBody, prepareJsonBody } from '../operations/prepare-json-body';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import type { EmbeddingsDialect, OpenAiCompatibleRow } from './openai-compatible-row';
import { headersOf } from './row-headers';

/** `POST {base}/embeddings` */
export function createEmbeddings(row: OpenAiCompatibleRow): OperationAdapter {
  return {
    prepare(target, input) {
      const { origin, path } = joinEndpoint(target.baseUrl, '/embeddings');
      const headers = headersOf(row, target, { kind: 'whole', forwardHeaders: input.forwardHeaders });
      const request = decodeEmbeddingsRequest(completeJsonBody(input));
      const { encodingFormat } = request;
      const body = row.embeddings ? fit(input, request, row.embeddings) : prepareJsonBody(input, null);
      return {
        call: { origin, path, method: 'POST', headers, body },
        reader: new WholeAnswerReader((bytes) =>
          relayEmbeddings(bytes, { model: input.requestedModel, encodingFormat }),
        ),
      };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}

/** @throws GatewayException `unsupported_parameter` for what the provider has no word for, unless `drop_params`. */
function fit(input: OperationInput, request: EmbeddingsRequest, dialect: EmbeddingsDialect): Uint8Array {
  if (dialect.takesTextsOnly && request.inputs.some((one) => typeof one !== 'string')) {
    const message = 'input: This provider takes text, not tokens.';
    throw new GatewayException({ code: 'unsupported_parameter', message, param: 'input' });
  }
  const body = completeJsonBody(input);
  body.model = input.providerModel;
  if (dialect.writesFloats) delete body.encoding_format;
  applyBodyQuirks(body, dialect.quirks, input.deployment.dropParams ?? false);
  return Buffer.from(JSON.stringify(body), 'utf8');
}
