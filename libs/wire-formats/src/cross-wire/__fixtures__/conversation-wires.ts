import { CLIENT_CHAT_WIRES, type ClientChatWire } from '@gateway/domain';

/** Client wires that can carry all that is said in a conversation; a text completion has no calls of tools. */
export const CONVERSATION_WIRES = CLIENT_CHAT_WIRES.filter(
  (wire): wire is Exclude<ClientChatWire, 'openai-completions'> => wire !== 'openai-completions',
);
