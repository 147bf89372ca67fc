import { GatewayException, isRecord } from '@gateway/domain';
import { classifyFailure, joinEndpoint, type OperationAdapter, type OperationInput } from '@gateway/provider-kit';
import { relayModerations } from '@gateway/wire-formats';
import { completeJsonBody, prepareJsonBody } from '../operations/prepare-json-body';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { headersOf } from './row-headers';

/** `POST {base}/moderations`, which judges texts, and at OpenAI the parts of a message. */
export function createModerations(row: OpenAiCompatibleRow): OperationAdapter {
  return {
    prepare(target, input) {
      const { origin, path } = joinEndpoint(target.baseUrl, '/moderations');
      const headers = headersOf(row, target, { kind: 'whole', forwardHeaders: input.forwardHeaders });
      const body = row.moderatesTextsOnly ? withTexts(input) : prepareJsonBody(input, null);
      return {
        call: { origin, path, method: 'POST', headers, body },
        reader: new WholeAnswerReader((bytes) => relayModerations(bytes, { model: input.requestedModel })),
      };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}

/**
 * The parts of a message are judged together, so they become one text.
 * @throws GatewayException `unsupported_parameter` for a picture: a verdict that left it out would be no verdict.
 */
function withTexts(input: OperationInput): Uint8Array {
  const body = completeJsonBody(input);
  const parts = Array.isArray(body.input) && body.input.every(isRecord) ? body.input : [];
  const picture = parts.findIndex(({ type }) => type !== 'text');
  if (picture >= 0) {
    const param = `input[${picture}]`;
    const message = `${param}: This provider moderates texts only.`;
    throw new GatewayException({ code: 'unsupported_parameter', message, param });
  }
  if (parts.length > 0) body.input = parts.map(({ text }) => text).join('\n');
  body.model = input.providerModel;
  return Buffer.from(JSON.stringify(body), 'utf8');
}
