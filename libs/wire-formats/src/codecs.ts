import type { ChatWire } from '@gateway/domain';
import { anthropicMessagesCodec } from './anthropic-messages/codec';
import type { ChatWireCodec } from './chat-wire-codec';
import { openaiChatCodec } from './openai-chat/codec';

/** One codec per wire: the only list of them. */
export const CHAT_WIRE_CODECS: Readonly<Record<ChatWire, ChatWireCodec>> = {
  'openai-chat': openaiChatCodec,
  'anthropic-messages': anthropicMessagesCodec,
};
