export type {
  ChatWireCodec,
  EncodeContext,
  EncodedRequest,
  EncodeRequestOptions,
  RelayedResponse,
  RelayOptions,
  RequestCheck,
  StreamDecoder,
  StreamEncoder,
  StreamRelay,
} from './chat-wire-codec';
export { isMalformedResponse, isProviderStreamError, MalformedResponse, ProviderStreamError } from './malformed-response';
export type { SseEvent } from './sse/sse-event';
