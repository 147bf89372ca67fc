import { type ChatAdapter, classifyFailure } from '@gateway/provider-kit';
import { bedrockApiOf } from './bedrock-api';
import { bedrockCall } from './bedrock-call';

/** Converse, and ConverseStream for streams: one wire for every maker's chat models. */
export const BEDROCK_ADAPTER: ChatAdapter = {
  wire: 'bedrock-converse',
  quirks: null,
  takesUrls: false,
  speaksAt: (_target, providerModel) => bedrockApiOf(providerModel).isConverse,

  buildChatCall: (target, body, { providerModel, stream, nowUnixMs }) =>
    bedrockCall(target, { action: stream ? 'converse-stream' : 'converse', providerModel, body, nowUnixMs }),

  classifyError: (head, body) => classifyFailure(head, body, 'bedrock-converse'),
};
