import type { OperationAdapter } from '@gateway/provider-kit';
import {
  decodeEmbeddingsRequest,
  decodeVertexEmbeddings,
  encodeEmbeddingsAnswer,
  encodeVertexEmbeddings,
} from '@gateway/wire-formats';
import { completeJsonBody } from '../operations/prepare-json-body';
import { translatedJson } from '../operations/translated-json';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { classifyVertexError, type VertexVersion, vertexModelCall } from './vertex-call';

/** `:predict` of the text models and `:embedContent` of Gemini's. */
export function createVertexEmbeddings(version: VertexVersion): OperationAdapter {
  return {
    knowsTaskTypes: true,

    prepare(target, input) {
      const { providerModel } = input;
      const request = decodeEmbeddingsRequest(completeJsonBody(input));
      const { method, body: document } = encodeVertexEmbeddings(request, {
        model: providerModel.slice(providerModel.lastIndexOf('/') + 1),
        dropParams: input.deployment.dropParams ?? false,
      });
      const context = { model: input.requestedModel, encodingFormat: request.encodingFormat };
      return {
        call: vertexModelCall(target, { version, providerModel, method, document }),
        reader: new WholeAnswerReader((bytes) =>
          translatedJson(bytes, (answered) => {
            const answer = decodeVertexEmbeddings(answered, request);
            return { document: encodeEmbeddingsAnswer(answer, context), usage: answer.usage };
          }),
        ),
      };
    },

    classifyError: (head, body) => classifyVertexError(head, body, 'gemini-generate'),
  };
}
