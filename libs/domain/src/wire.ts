/** Wires that carry chat between a provider and us. */
export const CHAT_WIRES = ['openai-chat', 'anthropic-messages', 'gemini-generate'] as const;
export type ChatWire = (typeof CHAT_WIRES)[number];

/** Those that clients may speak to us, too. Where a provider speaks the client's own, bytes are passed through. */
export const CLIENT_CHAT_WIRES = ['openai-chat', 'anthropic-messages'] as const satisfies readonly ChatWire[];
export type ClientChatWire = (typeof CLIENT_CHAT_WIRES)[number];
