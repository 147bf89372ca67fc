import { classifyFailure, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import {
  decodeEmbeddingsRequest,
  decodeGeminiEmbeddings,
  encodeEmbeddingsAnswer,
  encodeGeminiEmbeddings,
} from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import { completeJsonBody } from '../operations/prepare-json-body';
import { translatedJson } from '../operations/translated-json';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { geminiEndpoint, geminiResource } from './gemini-endpoint';

/** `POST {base}/v1beta/models/{model}:batchEmbedContents`, for one input as well. */
export const GEMINI_EMBEDDINGS: OperationAdapter = {
  prepare(target, input) {
    const { origin, path } = geminiEndpoint(target.baseUrl, input.providerModel, 'batchEmbedContents');
    const headers = mergeHeaders(
      CALL_HEADERS.whole,
      target.apiKey === null ? {} : { 'x-goog-api-key': target.apiKey },
      target.extraHeaders,
    );
    const request = decodeEmbeddingsRequest(completeJsonBody(input));
    const { body } = encodeGeminiEmbeddings(request, {
      model: geminiResource(input.providerModel),
      dropParams: input.deployment.dropParams ?? false,
    });
    const context = { model: input.requestedModel, encodingFormat: request.encodingFormat };
    return {
      call: { origin, path, method: 'POST', headers, body: Buffer.from(JSON.stringify(body)) },
      reader: new WholeAnswerReader((bytes) =>
        translatedJson(bytes, (document) => {
          const answer = decodeGeminiEmbeddings(document, request);
          return { document: encodeEmbeddingsAnswer(answer, context), usage: answer.usage };
        }),
      ),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'gemini-generate'),
};
