import type { ClientWire } from '@gateway/domain';

/** LiteLLM's word for the kind of call, by the wire it came in: its users filter their logs by it. */
const CALL_TYPES: Readonly<Record<ClientWire, string>> = {
  'openai-chat': 'acompletion',
  'openai-responses': 'aresponses',
  'openai-completions': 'atext_completion',
  'anthropic-messages': 'anthropic_messages',
  'gemini-generate': 'agenerate_content',
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
