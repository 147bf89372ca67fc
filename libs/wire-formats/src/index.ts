export type { AnswerMeter, AnswerTotal } from './answer-cost/answer-meter';
export { type CostPlace, costPlaceOf, withCostIn } from './answer-cost/cost-place';
export { usageOfAnswer } from './answer-cost/usage-of-answer';
export { anthropicMessagesCodec } from './anthropic-messages/codec';
export { decodeBedrockEmbeddings } from './bedrock-invoke/decode-embeddings';
export { encodeBedrockEmbeddings } from './bedrock-invoke/encode-embeddings';
export { usageOf as bedrockUsageOf } from './bedrock-invoke/read-piece';
export { textFormOf } from './bedrock-invoke/text-forms';
export { STREAM_PACKINGS } from './bedrock-invoke/unpack-chunks';
export { findTopLevelSpans, type TopLevelSpans } from './body-spans/find-top-level-spans';
export { type BodyEdit, spliceBody } from './body-spans/splice-body';
export { takeMembers } from './body-spans/take-members';
export { topLevelSpanOf } from './body-spans/top-level-span-of';
export type {
  CalledInPath,
  ChatWireCodec,
  ClientChatCodec,
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
export type { ClientDialect } from './client-dialect';
export { clientFieldName } from './client-names';
export { CHAT_WIRE_CODECS, type ChatWireCodecs, OPERATION_CODECS } from './codecs';
export { decodeCohereEmbeddings } from './cohere-embed/decode-embeddings';
export { encodeCohereEmbeddings } from './cohere-embed/encode-embeddings';
export { decodeRerankAnswer } from './cohere-rerank/decode-answer';
export { decodeRerankRequest } from './cohere-rerank/decode-request';
export { encodeRerankAnswer, type RankedDocument, type RerankAnswer } from './cohere-rerank/encode-answer';
export { decodeGeminiEmbeddings } from './gemini-embed/decode-embeddings';
export { encodeGeminiEmbeddings } from './gemini-embed/encode-embeddings';
export type { GeminiEmbedOperation } from './gemini-embed-content/codec';
export { embeddingsToGemini } from './gemini-embed-content/from-embeddings';
export { geminiToEmbeddings } from './gemini-embed-content/to-embeddings';
export { countedRequest } from './gemini-generate/count-tokens-codec';
export { withReferenceNames } from './gemini-generate/fields';
export {
  isMalformedResponse,
  isProviderStreamError,
  MalformedResponse,
  ProviderStreamError,
} from './malformed-response';
export { modelPath, pathSegment } from './model-path';
export { documentOf, type FormDocument, fieldName } from './multipart/document-of';
export { FormFile } from './multipart/form-file';
export type { FormPart } from './multipart/form-part';
export { type FormEvent, FormStream } from './multipart/form-stream';
export { readBoundary } from './multipart/read-boundary';
export { splitForm } from './multipart/split-form';
export { isFreeBoundary, type WrittenPart, writeForm } from './multipart/write-form';
export { nativeCodec, nativeStreamCodec } from './native/codec';
export { decodeOllamaEmbeddings } from './ollama-embed/decode-embeddings';
export { encodeOllamaEmbeddings } from './ollama-embed/encode-embeddings';
export { openaiChatCodec } from './openai-chat/codec';
export { outputLimitField } from './openai-chat/model-traits';
export { parseAnswer } from './openai-chat/parse-answer';
export { openaiEmbeddingsCodec } from './openai-embeddings/codec';
export { decodeEmbeddingsRequest } from './openai-embeddings/decode-request';
export { type EmbeddingsAnswer, encodeEmbeddingsAnswer } from './openai-embeddings/encode-answer';
export { relayEmbeddings } from './openai-embeddings/relay-answer';
export { speechAnswer, transcriptAnswer } from './openai-media/audio-answers';
export { imagesAnswer } from './openai-media/images-answer';
export type { MediaAnswer } from './openai-media/media-answer';
export { type TimedText, type Transcript, writeTranscript } from './openai-media/transcript';
export { relayModerations } from './openai-moderations/relay-answer';
export { openaiResponsesCodec } from './openai-responses/codec';
export { SEAL_MARK } from './openai-responses/sealed-reasoning';
export { inputItemsOf, itemsToGoOnFrom, type StoredItem } from './openai-responses/stored-items';
export type { OperationCodec } from './operation-codec';
export { decodePredictedImages } from './replicate-predictions/decode-images';
export { encodePredictedImages } from './replicate-predictions/encode-images';
export { predictionTargetOf } from './replicate-predictions/prediction-target';
export { parseClientToolCallId, TOOL_CALL_SIGNATURE_MARK } from './signed-tool-call-id';
export { parseSseEvent } from './sse/parse-sse-event';
export { SplitSseEvents } from './sse/split-sse-events';
export type { SseEvent } from './sse/sse-event';
export { SSE_FRAMING } from './sse/sse-framing';
export type { FrameSplitter, StreamFraming } from './stream-framing';
export { decodeVertexEmbeddings } from './vertex-embed/decode-embeddings';
export { encodeVertexEmbeddings } from './vertex-embed/encode-embeddings';
export { watsonxDeploymentOf, watsonxModelFields } from './watsonx-chat/model-fields';
export { decodeWatsonxEmbeddings } from './watsonx-embed/decode-embeddings';
export { encodeWatsonxEmbeddings } from './watsonx-embed/encode-embeddings';
