import type { ChatWire, ClientChatWire, NATIVE_WIRE, Operation } from '@gateway/domain';
import { anthropicMessagesCodec } from './anthropic-messages/codec';
import { anthropicCountTokensCodec } from './anthropic-messages/count-tokens-codec';
import { bedrockConverseCodec } from './bedrock-converse/codec';
import { bedrockInvokeCodec } from './bedrock-invoke/codec';
import type { ChatWireCodec, ClientChatCodec, ProviderWireCodec } from './chat-wire-codec';
import { cohereChatCodec } from './cohere-chat/codec';
import { cohereRerankCodec } from './cohere-rerank/codec';
import { geminiBatchEmbedCodec, geminiEmbedCodec } from './gemini-embed-content/codec';
import { geminiGenerateCodec } from './gemini-generate/codec';
import { geminiCountTokensCodec } from './gemini-generate/count-tokens-codec';
import { mistralFimCodec } from './mistral-fim/codec';
import { nativeCodec } from './native/codec';
import { ollamaChatCodec } from './ollama-chat/codec';
import { openaiChatCodec } from './openai-chat/codec';
import { openaiCompletionsCodec } from './openai-completions/codec';
import { openaiEmbeddingsCodec } from './openai-embeddings/codec';
import {
  imageEditsCodec,
  imageGenerationsCodec,
  speechCodec,
  transcriptionsCodec,
  translationsCodec,
} from './openai-media/codecs';
import { openaiModerationsCodec } from './openai-moderations/codec';
import { openaiResponsesCodec } from './openai-responses/codec';
import type { OperationCodec } from './operation-codec';
import { replicatePredictionsCodec } from './replicate-predictions/codec';
import { watsonxChatCodec } from './watsonx-chat/codec';

/** A codec per wire; those of client wires can do both ways. */
export type ChatWireCodecs = Readonly<
  Record<ClientChatWire, ChatWireCodec> &
    Record<Exclude<ChatWire, ClientChatWire>, ProviderWireCodec> &
    Record<typeof NATIVE_WIRE, ClientChatCodec>
>;

/** The only list of them. */
export const CHAT_WIRE_CODECS: ChatWireCodecs = {
  'openai-chat': openaiChatCodec,
  'openai-responses': openaiResponsesCodec,
  'openai-completions': openaiCompletionsCodec,
  'anthropic-messages': anthropicMessagesCodec,
  'gemini-generate': geminiGenerateCodec,
  'ollama-chat': ollamaChatCodec,
  'cohere-chat': cohereChatCodec,
  'bedrock-converse': bedrockConverseCodec,
  'bedrock-invoke': bedrockInvokeCodec,
  'watsonx-chat': watsonxChatCodec,
  'replicate-predictions': replicatePredictionsCodec,
  'mistral-fim': mistralFimCodec,
  native: nativeCodec,
};

/** The only list of them. */
export const OPERATION_CODECS: Readonly<Record<Operation, OperationCodec>> = {
  'anthropic-count-tokens': anthropicCountTokensCodec,
  'gemini-count-tokens': geminiCountTokensCodec,
  'gemini-embed': geminiEmbedCodec,
  'gemini-batch-embed': geminiBatchEmbedCodec,
  embeddings: openaiEmbeddingsCodec,
  moderations: openaiModerationsCodec,
  rerank: cohereRerankCodec,
  'image-generations': imageGenerationsCodec,
  'image-edits': imageEditsCodec,
  speech: speechCodec,
  transcriptions: transcriptionsCodec,
  translations: translationsCodec,
};
