import { classifyFailure, type OperationAdapter } from '@gateway/provider-kit';
import {
  decodeBedrockEmbeddings,
  decodeEmbeddingsRequest,
  encodeBedrockEmbeddings,
  encodeEmbeddingsAnswer,
} from '@gateway/wire-formats';
import { completeJsonBody } from '../operations/prepare-json-body';
import { translatedJson } from '../operations/translated-json';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { bedrockCall } from './bedrock-call';
import { parseBedrockModel } from './bedrock-model';
import { usageInHeaders } from './usage-in-headers';

/** InvokeModel of Titan's and Cohere's embedding models. */
export const BEDROCK_EMBEDDINGS: OperationAdapter = {
  prepare(target, input) {
    const { providerModel, nowUnixMs } = input;
    const request = decodeEmbeddingsRequest(completeJsonBody(input));
    const { body } = encodeBedrockEmbeddings(request, {
      model: parseBedrockModel(providerModel).id,
      dropParams: input.deployment.dropParams ?? false,
    });
    const bytes = Buffer.from(JSON.stringify(body));
    const context = { model: input.requestedModel, encodingFormat: request.encodingFormat };
    return {
      call: bedrockCall(target, { action: 'invoke', providerModel, body: bytes, nowUnixMs }),
      reader: new WholeAnswerReader((answerBytes, head) =>
        translatedJson(answerBytes, (document) => {
          const decoded = decodeBedrockEmbeddings(document, request);
          const counted = decoded.usage.estimated && head !== null ? usageInHeaders(head) : null;
          const answer = { ...decoded, usage: counted ?? decoded.usage };
          return { document: encodeEmbeddingsAnswer(answer, context), usage: answer.usage };
        }),
      ),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'bedrock-converse'),
};
