import { type ChatAdapter, classifyFailure } from '@gateway/provider-kit';
import { replicateCall } from './replicate-call';

/** Predictions of language models. */
export const REPLICATE_CHAT_ADAPTER: ChatAdapter = {
  wire: 'replicate-predictions',
  quirks: null,
  buildChatCall: (target, body, { providerModel, stream }) => replicateCall(target, { providerModel, body, stream }),
  classifyError: (head, body) => classifyFailure(head, body, 'replicate-predictions'),
};
