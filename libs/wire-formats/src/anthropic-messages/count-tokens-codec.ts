import { isRecord } from '@gateway/domain';
import type { OperationCodec } from '../operation-codec';
import { anthropicMessagesCodec } from './codec';

/** `POST /v1/messages/count_tokens`: a message's body without an output limit. */
export const anthropicCountTokensCodec: OperationCodec = {
  wire: 'anthropic-count-tokens',

  validateRequest(body) {
    const check = anthropicMessagesCodec.validateRequest(isRecord(body) ? { ...body, max_tokens: 1 } : body);
    return check.ok ? { ...check, stream: false, maxOutputTokens: undefined } : check;
  },

  encodeError: anthropicMessagesCodec.encodeError,
  encodeStreamError: anthropicMessagesCodec.encodeStreamError,
  keepAlive: anthropicMessagesCodec.keepAlive,
  streamTerminator: anthropicMessagesCodec.streamTerminator,
};
