import { classifyFailure, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import { decodeEmbeddingsRequest, relayEmbeddings } from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import { completeJsonBody, prepareJsonBody } from '../operations/prepare-json-body';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { azureCredentials, azureToken } from './azure-credentials';
import { azureEmbeddingsEndpoint } from './azure-endpoint';

/** OpenAI's embeddings at Azure's addresses. */
export const AZURE_EMBEDDINGS: OperationAdapter = {
  prepare(target, input) {
    const { baseUrl, apiVersion } = target;
    const { origin, path } = azureEmbeddingsEndpoint({ baseUrl, apiVersion, model: input.providerModel });
    const credentials = azureCredentials(target.apiKey, azureToken(target));
    const headers = mergeHeaders(CALL_HEADERS.whole, credentials, target.extraHeaders);
    const { encodingFormat } = decodeEmbeddingsRequest(completeJsonBody(input));
    return {
      call: { origin, path, method: 'POST', headers, body: prepareJsonBody(input, null) },
      reader: new WholeAnswerReader((body) => relayEmbeddings(body, { model: input.requestedModel, encodingFormat })),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
};
