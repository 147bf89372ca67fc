import { AnthropicEmulator } from './anthropic/anthropic-emulator';
import { AzureOpenAiEmulator } from './azure/azure-openai-emulator';
import { BedrockEmulator } from './bedrock/bedrock-emulator';
import { CohereEmulator } from './cohere/cohere-emulator';
import { DeepgramEmulator } from './deepgram/deepgram-emulator';
import { ElevenLabsEmulator } from './elevenlabs/elevenlabs-emulator';
import { FalEmulator } from './fal/fal-emulator';
import { GeminiEmulator } from './gemini/gemini-emulator';
import { MistralEmulator } from './mistral/mistral-emulator';
import { OllamaEmulator } from './ollama/ollama-emulator';
import { OpenAiEmulator } from './openai/openai-emulator';
import { ReplicateEmulator } from './replicate/replicate-emulator';
import { RetrievalEmulator } from './retrieval/retrieval-emulator';
import type { EmulatorOptions, ProviderEmulator } from './server/provider-emulator';
import { StabilityEmulator } from './stability/stability-emulator';
import { VertexEmulator } from './vertex/vertex-emulator';
import { WatsonxEmulator } from './watsonx/watsonx-emulator';

interface EmulatorRow {
  readonly create: (options: EmulatorOptions) => ProviderEmulator;
  /** What the vendor's clients want behind the origin. */
  readonly basePath: '' | '/v1';
}

/** Every emulator of the command, by the name of its port's option. */
export const EMULATOR_TABLE: Readonly<Record<string, EmulatorRow>> = {
  openai: { create: (options) => new OpenAiEmulator(options), basePath: '/v1' },
  anthropic: { create: (options) => new AnthropicEmulator(options), basePath: '' },
  gemini: { create: (options) => new GeminiEmulator(options), basePath: '' },
  mistral: { create: (options) => new MistralEmulator(options), basePath: '/v1' },
  cohere: { create: (options) => new CohereEmulator(options), basePath: '' },
  ollama: { create: (options) => new OllamaEmulator(options), basePath: '' },
  azure: { create: (options) => new AzureOpenAiEmulator(options), basePath: '' },
  bedrock: { create: (options) => new BedrockEmulator(options), basePath: '' },
  vertex: { create: (options) => new VertexEmulator(options), basePath: '' },
  jina: { create: (options) => new RetrievalEmulator('jina', options), basePath: '/v1' },
  voyage: { create: (options) => new RetrievalEmulator('voyage', options), basePath: '/v1' },
  deepgram: { create: (options) => new DeepgramEmulator(options), basePath: '/v1' },
  elevenlabs: { create: (options) => new ElevenLabsEmulator(options), basePath: '' },
  stability: { create: (options) => new StabilityEmulator(options), basePath: '' },
  fal: { create: (options) => new FalEmulator(options), basePath: '' },
  replicate: { create: (options) => new ReplicateEmulator(options), basePath: '/v1' },
  watsonx: { create: (options) => new WatsonxEmulator(options), basePath: '' },
};
