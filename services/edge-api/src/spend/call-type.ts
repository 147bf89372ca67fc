import type { ClientWire } from '@gateway/domain';

/** LiteLLM's word for the kind of call, by the wire it came in: its users filter their logs by it. */
const CALL_TYPES: Readonly<Record<ClientWire, string>> = {
  'openai-chat': 'acompletion',
  'openai-responses': 'aresponses',
  'openai-completions': 'atext_completion',
  'anthropic-messages': 'anthropic_messages',
  'gemini-generate': 'agenerate_content',
  native: 'native',
  embeddings: 'aembedding',
  moderations: 'amoderation',
  rerank: 'arerank',
  'image-generations': 'aimage_generation',
  'image-edits': 'aimage_edit',
  speech: 'aspeech',
  transcriptions: 'atranscription',
  translations: 'atranslation',
  'anthropic-count-tokens': 'acount_tokens',
  'gemini-count-tokens': 'acount_tokens',
  'gemini-embed': 'aembedding',
  'gemini-batch-embed': 'aembedding',
};

/** The row may be of a newer edge, with a wire that this one does not know yet. */
export function callTypeOf(wire: string): string {
  return (CALL_TYPES as Readonly<Record<string, string>>)[wire] ?? wire;
}

/** The route that a request of this wire comes by. Newer edges may know more. */
const ENDPOINTS: Readonly<Partial<Record<ClientWire, string>>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'openai-completions': '/completions',
  'anthropic-messages': '/v1/messages',
  native: '/v1/gateway/chat',
  embeddings: '/embeddings',
  moderations: '/moderations',
  rerank: '/rerank',
  'image-generations': '/images/generations',
  'image-edits': '/images/edits',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
};

/** LiteLLM's word for the route in its reports; where it has none, ours for the wire. */
export function endpointOf(wire: string): string {
  return (ENDPOINTS as Readonly<Record<string, string>>)[wire] ?? wire;
}
