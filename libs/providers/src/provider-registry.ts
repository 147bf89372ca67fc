import { ANTHROPIC_ENTRY } from './anthropic/anthropic-entry';
import { AZURE_ENTRY, AZURE_TEXT_ENTRY } from './azure/azure-entry';
import { AZURE_AI_ENTRY } from './azure-ai/azure-ai-entry';
import { BEDROCK_CONVERSE_ENTRY, BEDROCK_ENTRY } from './bedrock/bedrock-entry';
import { COHERE_ENTRIES } from './cohere/cohere-entries';
import { DEEPGRAM_ENTRY } from './deepgram/deepgram-entry';
import { ELEVENLABS_ENTRY } from './elevenlabs/elevenlabs-entry';
import { FAL_ENTRY } from './fal/fal-entry';
import { GEMINI_ENTRY } from './gemini/gemini-entry';
import { OLLAMA_ENTRIES } from './ollama/ollama-entries';
import { OPENAI_COMPATIBLE_ENTRIES } from './openai-compatible/openai-compatible-entries';
import { TEXT_COMPLETION_ENTRIES } from './openai-compatible/text-completion-entries';
import type { ProviderEntry, ProviderRegistry } from './provider-entry';
import { RECRAFT_ENTRY } from './recraft/recraft-entry';
import { REPLICATE_ENTRY } from './replicate/replicate-entry';
import { RETRIEVAL_ENTRIES } from './retrieval/retrieval-entries';
import { STABILITY_ENTRY } from './stability/stability-entry';
import { VERTEX_ENTRIES } from './vertex/vertex-entries';
import { WATSONX_ENTRY } from './watsonx/watsonx-entry';

/** @throws Error when two entries have one prefix: one of them could never be reached. */
export function createProviderRegistry(entries: readonly ProviderEntry[]): ProviderRegistry {
  const byPrefix = new Map<string, ProviderEntry>();
  for (const entry of entries) {
    if (byPrefix.has(entry.prefix)) throw new Error(`two providers have the prefix ${entry.prefix}`);
    byPrefix.set(entry.prefix, entry);
  }
  return {
    find: (prefix) => byPrefix.get(prefix),
    prefixes: [...byPrefix.keys()].sort(),
  };
}

/** Every provider the gateway knows. For a name that is not there, `nearestName` of the domain finds its neighbour. */
export const PROVIDERS: ProviderRegistry = createProviderRegistry([
  ANTHROPIC_ENTRY,
  AZURE_ENTRY,
  AZURE_AI_ENTRY,
  AZURE_TEXT_ENTRY,
  DEEPGRAM_ENTRY,
  ELEVENLABS_ENTRY,
  STABILITY_ENTRY,
  RECRAFT_ENTRY,
  FAL_ENTRY,
  BEDROCK_ENTRY,
  BEDROCK_CONVERSE_ENTRY,
  GEMINI_ENTRY,
  ...VERTEX_ENTRIES,
  WATSONX_ENTRY,
  REPLICATE_ENTRY,
  ...COHERE_ENTRIES,
  ...RETRIEVAL_ENTRIES,
  ...OLLAMA_ENTRIES,
  ...OPENAI_COMPATIBLE_ENTRIES,
  ...TEXT_COMPLETION_ENTRIES,
]);
