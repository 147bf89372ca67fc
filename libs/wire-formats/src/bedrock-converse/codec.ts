import { AWS_EVENT_STREAM_FRAMING } from '../aws-event-stream/event-stream-framing';
import type { ProviderWireCodec } from '../chat-wire-codec';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';

/**
 * Amazon Bedrock's Converse and ConverseStream as provider's wire. Model and streaming are in the URL, not in the body;
 * bytes are base64, as in AWS's REST-JSON protocol.
 */
export const bedrockConverseCodec: ProviderWireCodec = {
  wire: 'bedrock-converse',
  framing: AWS_EVENT_STREAM_FRAMING,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
};
