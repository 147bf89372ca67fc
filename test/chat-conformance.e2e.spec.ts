// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import {
  AnthropicEmulator,
  AzureOpenAiEmulator,
  BedrockEmulator,
  CohereEmulator,
  GeminiEmulator,
  OpenAiEmulator,
} from '@gateway/testkit';
import { describeProviderClients } from './support/describe-provider-clients';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const strict = { rejectUnknownFields: true };
const openAi = new OpenAiEmulator(strict);
const azure = new AzureOpenAiEmulator(strict);
const anthropic = new AnthropicEmulator(strict);
const gemini = new GeminiEmulator(strict);
const cohere = new CohereEmulator(strict);
const bedrock = new BedrockEmulator(strict);
const emulators = [openAi, azure, anthropic, gemini, cohere, bedrock];

let mesh: TestMesh;
let gateway: GatewayHttp;

/** Every model whose name begins so. */
const group = (name: string, model: string, params: Readonly<Record<string, unknown>>): ModelEntry => ({
  model_name: `${name}*`,
  litellm_params: { model: `${model}*`, ...params },
  model_info: { input_cost_per_token: 1e-6, output_cost_per_token: 5e-6 },
});

beforeAll(async () => {
  const [openAiUrl, azureUrl, anthropicUrl, geminiUrl, cohereUrl, bedrockUrl] = await Promise.all(
    emulators.map((emulator) => emulator.start()),
  );
  const api_key = 'key';
  const aws = { aws_bedrock_runtime_endpoint: bedrockUrl, aws_region_name: 'eu-central-1', api_key };
  mesh = await startTestMesh({
    emulators: false,
    extraServiceEnvironment: { 'provider-workers': { LLM_GATEWAY_REMOTE_CONTENT: 'any' } },
    configYaml: configurationYaml([
      group('at-openai', 'openai/mock-gpt', { api_base: `${openAiUrl}/v1`, api_key }),
      group('at-azure', 'azure/mock-gpt', { api_base: azureUrl, api_key, api_version: '2024-10-21' }),
      group('at-anthropic', 'anthropic/mock-claude', { api_base: anthropicUrl, api_key }),
      group('at-gemini', 'gemini/mock-gemini', { api_base: geminiUrl, api_key }),
      group('at-cohere', 'cohere_chat/mock-command', { api_base: cohereUrl, api_key }),
      group('claude-at-bedrock', 'bedrock/anthropic.claude-mock-v1:0', aws),
      group('nova-at-bedrock', 'bedrock/amazon.nova-mock-v1:0', aws),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  await mesh?.stop();
  await Promise.all(emulators.map((emulator) => emulator.stop()));
});

const common = { started: () => ({ gateway }), price: { promptNanoUsd: 1_000, completionNanoUsd: 5_000 } };

const every = 'every wire';
/** Chat Completions have no place for a thought; only Responses carry it, sealed. */
const SEALED = ['openai-chat', 'anthropic-messages', 'gemini-generate'] as const;

describeProviderClients('OpenAI', {
  ...common,
  provider: 'openai',
  model: 'at-openai',
  emulator: openAi,
  hidesThoughts: true,
  refuses: { 'audio input': ['gemini-generate'] },
  untested: { 'reasoning returned': SEALED },
});
describeProviderClients('Azure', {
  ...common,
  provider: 'azure',
  model: 'at-azure',
  emulator: azure,
  hidesThoughts: true,
  refuses: { 'audio input': ['gemini-generate'] },
  untested: { 'reasoning returned': every },
});

describeProviderClients('Anthropic', {
  ...common,
  provider: 'anthropic',
  model: 'at-anthropic',
  emulator: anthropic,
  refuses: { 'several answers': every, seed: every, 'audio input': every, 'log-probabilities': every },
  // A thought without its signature is no good to Claude, and OpenAI's wire has no place for one.
  untested: { 'reasoning returned': ['openai-chat'] },
});

describeProviderClients('Gemini', {
  ...common,
  provider: 'gemini',
  model: 'at-gemini',
  emulator: gemini,
  refuses: { 'audio input': ['openai-chat'] },
  untested: { 'log-probabilities': every },
});

describeProviderClients('Cohere', {
  ...common,
  provider: 'cohere_chat',
  model: 'at-cohere',
  emulator: cohere,
  refuses: { 'several answers': every, PDF: every, 'audio input': every },
  untested: { 'log-probabilities': every },
});

const CONVERSE = { 'several answers': every, seed: every, 'audio input': every, 'log-probabilities': every } as const;
describeProviderClients('Bedrock’s Claude', {
  ...common,
  provider: 'bedrock/claude',
  model: 'claude-at-bedrock',
  emulator: bedrock,
  refuses: CONVERSE,
  untested: { 'reasoning returned': ['openai-chat'] },
});
describeProviderClients('Bedrock’s Nova', {
  ...common,
  provider: 'bedrock/nova',
  model: 'nova-at-bedrock',
  emulator: bedrock,
  refuses: { ...CONVERSE, reasoning: every, 'streamed reasoning': every, 'reasoning returned': every },
});
