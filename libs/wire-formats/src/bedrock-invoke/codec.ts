import { AWS_EVENT_STREAM_FRAMING } from '../aws-event-stream/event-stream-framing';
import type { ProviderWireCodec } from '../chat-wire-codec';
import { createStreamDecoder, decodeResponse } from './decode-answer';
import { encodeRequest } from './encode-request';

/** InvokeModel and InvokeModelWithResponseStream of Bedrock for text models: each maker's body is another. */
export const bedrockInvokeCodec: ProviderWireCodec = {
  wire: 'bedrock-invoke',
  framing: AWS_EVENT_STREAM_FRAMING,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
};
