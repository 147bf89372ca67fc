import { type ChatAdapter, classifyFailure } from '@gateway/provider-kit';
import { bedrockApiOf } from './bedrock-api';
import { invokeCall } from './invoke-call';
import { usageInHeaders } from './usage-in-headers';

/** InvokeModel for text models, each maker's with its own body. */
export const BEDROCK_TEXT_ADAPTER: ChatAdapter = {
  wire: 'bedrock-invoke',
  quirks: null,
  takesUrls: false,
  speaksAt: (_target, providerModel) => bedrockApiOf(providerModel).isText,
  buildChatCall: invokeCall,
  usageIn: usageInHeaders,
  classifyError: (head, body) => classifyFailure(head, body, 'bedrock-converse'),
};
