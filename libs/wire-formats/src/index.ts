export { anthropicMessagesCodec } from './anthropic-messages/codec';
export { findTopLevelSpans, type TopLevelSpans } from './body-spans/find-top-level-spans';
export { type BodyEdit, spliceBody } from './body-spans/splice-body';
export type {
  ChatWireCodec,
  EncodeContext,
  EncodedRequest,
  EncodeRequestOptions,
  ProviderWireCodec,
  RelayedResponse,
  RelayOptions,
  RequestCheck,
  StreamDecoder,
  StreamEncoder,
  StreamRelay,
} from './chat-wire-codec';
export { CHAT_WIRE_CODECS, type ChatWireCodecs } from './codecs';
export {
  isMalformedResponse,
  isProviderStreamError,
  MalformedResponse,
  ProviderStreamError,
} from './malformed-response';
export { openaiChatCodec } from './openai-chat/codec';
export { parseSseEvent } from './sse/parse-sse-event';
export { SplitSseEvents } from './sse/split-sse-events';
export type { SseEvent } from './sse/sse-event';
