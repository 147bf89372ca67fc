/** Wires that carry chat. A client speaks one to us, a provider speaks one to us; equal wires are passed through. */
export const CHAT_WIRES = ['openai-chat', 'anthropic-messages'] as const;
export type ChatWire = (typeof CHAT_WIRES)[number];
