/** Wires that carry chat between a provider and us. */
export const CHAT_WIRES = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini-generate',
  'ollama-chat',
  'cohere-chat',
  'bedrock-converse',
  'bedrock-invoke',
  'watsonx-chat',
  'replicate-predictions',
  'mistral-fim',
] as const;
export type ChatWire = (typeof CHAT_WIRES)[number];

/** A container in which a provider sends the events of another's wire. */
export type StreamPacking = 'aws-chunks';

/** Those that clients may speak to us, too. Where a provider speaks the client's own, bytes are passed through. */
export const CLIENT_CHAT_WIRES = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini-generate',
] as const satisfies readonly ChatWire[];
export type ClientChatWire = (typeof CLIENT_CHAT_WIRES)[number];

/** The gateway's own, which clients speak and no provider does. */
export const NATIVE_WIRE = 'native' as const;

/** What a client's chat comes in. */
export type ChatCallWire = ClientChatWire | typeof NATIVE_WIRE;

/**
 * Model calls that are not chat. Clients have one wire for each, so an operation is named by itself alone; whatever a
 * provider speaks is translated where the provider is called.
 */
export const OPERATIONS = [
  'embeddings',
  'moderations',
  'rerank',
  'image-generations',
  'image-edits',
  'speech',
  'transcriptions',
  'translations',
  'anthropic-count-tokens',
  'gemini-count-tokens',
  'gemini-embed',
  'gemini-batch-embed',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Counting has the wire of the chat that is counted: each of these has a chat wire of the same make. */
export type CountOperation = Extract<Operation, `${string}-count-tokens`>;

/** What a client's body is written in. */
export type ClientWire = ChatCallWire | Operation;

const operations: ReadonlySet<string> = new Set(OPERATIONS);

export function isOperation(wire: ClientWire): wire is Operation {
  return operations.has(wire);
}
