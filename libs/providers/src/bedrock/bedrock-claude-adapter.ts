import { type ChatAdapter, type ChatCallOptions, classifyFailure } from '@gateway/provider-kit';
import { topLevelSpanOf } from '@gateway/wire-formats';
import { bedrockApiOf } from './bedrock-api';
import { invokeCall } from './invoke-call';

/** Claude by InvokeModel: Anthropic's own wire, its events in chunks of Amazon's event stream. */
export const BEDROCK_CLAUDE_ADAPTER: ChatAdapter = {
  wire: 'anthropic-messages',
  streamPacking: 'aws-chunks',
  quirks: null,
  takesUrls: false,
  // The version of the API, which Anthropic itself takes from a header.
  insteadOfModel: { name: 'anthropic_version', value: 'bedrock-2023-05-31' },
  speaksAt: (_target, providerModel) => bedrockApiOf(providerModel).isClaude,

  buildChatCall: (target, body, options) => invokeCall(target, body, { ...options, more: betasOf(body, options) }),

  // The platform refuses in its own words, what is wrong with a body Anthropic's server says in its.
  classifyError: (head, body) =>
    classifyFailure(head, body, 'x-amzn-errortype' in head.headers ? 'bedrock-converse' : 'anthropic-messages'),
};

/** Here they are in the body, where a client may have them already. */
function betasOf(body: Uint8Array, { forwardHeaders }: ChatCallOptions): Record<string, unknown> {
  const betas = (forwardHeaders?.['anthropic-beta'] ?? '').split(',').map((beta) => beta.trim());
  const named = betas.filter((beta) => beta !== '');
  if (named.length === 0 || topLevelSpanOf(body, 'anthropic_beta') !== undefined) return {};
  return { anthropic_beta: named };
}
