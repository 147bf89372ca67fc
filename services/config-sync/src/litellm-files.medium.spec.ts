import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, parseGatewayConfig, renderJsonSchema } from '@gateway/config';
import { PROVIDERS } from '@gateway/providers';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readConfiguration } from './file-content';

const folder = join(__dirname, '__fixtures__/litellm');
const ENVIRONMENT = { AZURE_API_BASE: 'https://us.openai.azure.com', CUSTOM_AWS_REGION_NAME: 'us-west-2' };

interface Expected {
  /** `model group=provider/model` */
  readonly deployments: readonly string[];
  readonly routing?: object;
  /** What has no effect yet. */
  readonly unbuilt: readonly string[];
}

/** Written by us after LiteLLM's documentation: one file for each way people use it. */
const FILES: Readonly<Record<string, Expected>> = {
  'azure.yaml': {
    deployments: ['gpt-4o=azure/gpt-4o-eu', 'gpt-4o=azure/gpt-4o-us', 'gpt-4o-mini=azure/mini'],
    routing: { dropParams: true },
    unbuilt: [],
  },
  'bedrock.yaml': {
    deployments: [
      'claude=bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0',
      'claude=bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'nova=bedrock/converse/us.amazon.nova-pro-v1:0',
      'titan-embed=bedrock/amazon.titan-embed-text-v2:0',
    ],
    unbuilt: [],
  },
  'vertex.yaml': {
    deployments: [
      'gemini-pro=vertex_ai/gemini-2.5-pro',
      'gemini-pro=vertex_ai/gemini-2.5-pro',
      'claude-on-vertex=vertex_ai/claude-sonnet-4-5@20250929',
      'gemini-flash=gemini/gemini-2.5-flash',
    ],
    unbuilt: ['default_vertex_config'],
  },
  'own-servers.yaml': {
    deployments: [
      'llama=ollama_chat/llama3.1',
      'mistral=hosted_vllm/mistralai/Mistral-7B-Instruct-v0.3',
      'own=openai/my-model',
    ],
    unbuilt: [],
  },
  'wildcards.yaml': {
    deployments: ['openai/*=openai/*', 'anthropic/*=anthropic/*', '*=openrouter/*', 'llmengine=openai/gpt-4o-mini'],
    unbuilt: ['general_settings.infer_model_from_keys'],
  },
  'router.yaml': {
    deployments: [
      'zephyr-beta=huggingface/HuggingFaceH4/zephyr-7b-beta',
      'zephyr-beta=huggingface/HuggingFaceH4/zephyr-7b-beta',
      'gpt-4o-mini=openai/gpt-4o-mini',
      'gpt-4o=openai/gpt-4o',
    ],
    routing: {
      numRetries: 3,
      requestTimeoutMs: 10_000,
      fallbacks: { 'zephyr-beta': ['gpt-4o'] },
      contextWindowFallbacks: { 'zephyr-beta': ['gpt-4o-mini'], 'gpt-4o-mini': ['gpt-4o'] },
    },
    unbuilt: ['router_settings.redis_host', 'router_settings.redis_password', 'router_settings.redis_port'],
  },
  'caching.yaml': {
    deployments: ['gpt-4o=openai/gpt-4o', 'embed=openai/text-embedding-3-small'],
    unbuilt: ['litellm_settings.cache', 'litellm_settings.cache_params', 'litellm_settings.max_budget'],
  },
  'guardrails.yaml': {
    deployments: ['gpt-4o=openai/gpt-4o'],
    unbuilt: ['guardrails', 'policies', 'policy_attachments'],
  },
  'tools.yaml': {
    deployments: ['claude=anthropic/claude-sonnet-4-5'],
    unbuilt: ['mcp_servers', 'agent_list', 'search_tools', 'vector_store_registry'],
  },
  'pass-through.yaml': {
    deployments: ['gpt-4o=openai/gpt-4o'],
    unbuilt: ['general_settings.pass_through_endpoints', 'model_list[].litellm_params.organization'],
  },
  'teams.yaml': {
    deployments: ['gpt-4o=openai/gpt-4o'],
    unbuilt: ['litellm_settings.callbacks', 'callback_settings', 'litellm_settings.default_team_settings'],
  },
  'credentials.yaml': {
    deployments: ['gpt-4o=azure/gpt-4o', 'whisper=openai/whisper-1'],
    routing: { numRetries: 1 },
    unbuilt: ['prompts', 'files_settings'],
  },
};

// Real: files, and the providers the workers know. config-sync.medium.spec.ts publishes the same files.
describe('files as LiteLLM’s users have them', () => {
  const editorAccepts = new Ajv({ strict: false }).compile(JSON.parse(renderJsonSchema()) as object);

  it('L1 are all expected here', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.yaml'))).toEqual(Object.keys(FILES).sort());
  });

  it.each(Object.entries(FILES))('L1 run unchanged: %s', async (name, { deployments, routing, unbuilt }) => {
    const path = join(folder, name);
    const content = await readConfiguration(path);
    if (content.kind === 'unreadable') throw new Error(content.reason);
    const parsed = parseGatewayConfig(content.text, {
      fileName: path,
      included: content.included,
      environment: ENVIRONMENT,
      knownProviders: PROVIDERS.prefixes,
    });
    if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    const read = parsed.config.deployments.map(
      ({ deployment }) => `${deployment.modelGroup}=${deployment.provider}/${deployment.providerModel}`,
    );
    expect(read).toEqual(deployments);
    expect(parsed.config.routing).toMatchObject(routing ?? {});
    const warned = parsed.warnings.map(({ message }) => message).join('\n');
    expect(warned.includes('have no effect')).toBe(unbuilt.length > 0);
    for (const setting of unbuilt) expect(warned).toContain(`${setting} (line`);
    expect([editorAccepts(parse(content.text)), editorAccepts.errors]).toEqual([true, null]);
  });

  it('L1 are refused by editors as by the gateway once a key is misspelt', () => {
    const text = readFileSync(join(folder, 'router.yaml'), 'utf8').replace('  allowed_fails:', '  allowed_fals:');
    const parsed = parseGatewayConfig(text, { fileName: 'r', environment: {}, knownProviders: PROVIDERS.prefixes });
    expect([parsed.ok, editorAccepts(parse(text))]).toEqual([false, false]);
  });
});
