// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: Bedrock's InvokeModel.
import type Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { BedrockEmulator } from '@gateway/testkit';
import OpenAI from 'openai';
import { CLAUDE_LIMITS } from './conformance/claude-limits';
import { describeProviderClients } from './support/describe-provider-clients';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const CLAUDE = 'anthropic.claude-mock-v1:0';
const bedrock = new BedrockEmulator({ rejectUnknownFields: true, accessKeys: { AKIDOWN: 'secret' } });
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  const endpoint = await bedrock.start();
  const group = (name: string, model: string, more: Readonly<Record<string, unknown>> = {}): ModelEntry => ({
    model_name: name,
    litellm_params: {
      model: `bedrock/${model}`,
      aws_bedrock_runtime_endpoint: endpoint,
      aws_access_key_id: 'AKIDOWN',
      aws_secret_access_key: 'secret',
      ...more,
    },
    model_info: { id: name.replace('*', ''), input_cost_per_token: 1e-6, output_cost_per_token: 5e-6 },
  });
  const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
  mesh = await startTestMesh({
    emulators: false,
    extraServiceEnvironment: { 'provider-workers': { LLM_GATEWAY_REMOTE_CONTENT: 'any' } },
    configYaml: configurationYaml([
      group('invoked*', `invoke/${CLAUDE}*`),
      group('either*', `${CLAUDE}*`),
      group('conversing*', `converse/${CLAUDE}*`),
      group('guarded', CLAUDE, { guardrailConfig }),
      group('titan*', 'invoke/amazon.titan-text-express-v1*'),
      group('llama*', 'invoke/us-west-2/meta.llama3-1-8b-instruct-v1:0*'),
      group('imported', 'llama/arn:aws:bedrock:us-east-1:1:imported-model/llama3-mine'),
      group('mistral*', 'invoke/mistral.mistral-7b-instruct-v0:2*'),
      group('dropping', 'invoke/meta.llama3-1-8b-instruct-v1:0', { drop_params: true }),
      group('embeddings', 'cohere.embed-english-v3'),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await bedrock.stop();
});
beforeEach(() => bedrock.reset());

const lastCall = () => {
  const { path = '', body, headers = {} } = bedrock.requests().at(-1) ?? {};
  return { action: path.split('/').at(-1), path, headers, body: JSON.parse(body ?? '{}') as Record<string, unknown> };
};
const chat = (model: string, content = 'Tell me about rivers') => ({
  model,
  messages: [{ role: 'user' as const, content }],
});
const messages = (model: string, content?: string) => ({ ...chat(model, content), max_tokens: 200 });

async function streamedText(model: string, content?: string): Promise<string> {
  let text = '';
  const stream = await openAi.chat.completions.create({ ...chat(model, content), stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describeProviderClients('Claude by InvokeModel', {
  provider: 'bedrock/invoke/claude',
  model: 'invoked',
  emulator: bedrock,
  started: () => ({ gateway }),
  ...CLAUDE_LIMITS,
  price: { promptNanoUsd: 1_000, completionNanoUsd: 5_000 },
});

describe('Claude on Bedrock', () => {
  it('A8 has what Anthropic’s client says as it was said, whatever the gateway knows of it', async () => {
    const body = {
      ...messages('either'),
      top_k: 3,
      metadata: { user_id: 'u' },
      system: [{ type: 'text' as const, text: 'Be brief', cache_control: { type: 'ephemeral' as const } }],
    };
    const { model: _model, ...said } = body;
    await anthropic.messages.create(body, { headers: { 'anthropic-beta': 'context-1m-2025-08-07' } });
    expect(lastCall()).toMatchObject({
      action: 'invoke',
      body: { ...said, anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['context-1m-2025-08-07'] },
    });
    await anthropic.messages.stream(body).finalMessage();
    expect(lastCall().action).toBe('invoke-with-response-stream');
    expect(lastCall().body).not.toHaveProperty('stream');
  });

  it('A8 gives Anthropic’s client the model’s own events, under the name it asked for', async () => {
    const answer = await gateway.send({
      method: 'POST',
      path: '/v1/messages',
      body: { ...messages('either+cached-2', 'write 3 tokens'), stream: true },
    });
    const events = answer.text.split('\n\n').filter((event) => event !== '');
    const start = JSON.parse(/^data: (.*)$/m.exec(events[0] ?? '')?.[1] ?? '{}') as { message: Anthropic.Message };
    expect(start.message).toMatchObject({ model: 'either+cached-2', usage: { cache_read_input_tokens: 2 } });
    expect(events.map((event) => /^event: (.*)$/m.exec(event)?.[1])).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...new Array(3).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('B2 is called by Converse for others’ clients, or where the configuration says so', async () => {
    await openAi.chat.completions.create(chat('either'));
    expect(lastCall().action).toBe('converse');
    await anthropic.messages.create(messages('conversing'));
    expect(lastCall().action).toBe('converse');
    await openAi.chat.completions.create(chat('invoked'));
    expect(lastCall().action).toBe('invoke');
  });

  it('B2 is guarded either way', async () => {
    await anthropic.messages.create(messages('guarded'));
    expect(lastCall()).toMatchObject({ action: 'invoke', headers: { 'x-amzn-bedrock-guardrailidentifier': 'g' } });
    expect(lastCall().body).not.toHaveProperty('guardrailConfig');
    await openAi.chat.completions.create(chat('guarded'));
    expect(lastCall()).toMatchObject({
      action: 'converse',
      body: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
    });
  });
});

describe.each(['titan', 'llama', 'mistral', 'imported'])('the text model %s', (model) => {
  it('A1 A8 B3 D3 answers both vendors’ clients with one text, and is booked for what it cost', async () => {
    const { data: whole, request_id: requestId } = await openAi.chat.completions.create(chat(model)).withResponse();
    const message = await anthropic.messages.create(messages(model));
    const streamed = await anthropic.messages.stream(messages(model)).finalMessage();
    const texts = [
      whole.choices[0]?.message.content,
      await streamedText(model),
      ...[message, streamed].map(({ content }) => (content[0]?.type === 'text' ? content[0].text : '')),
    ];
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('Tell me about rivers');
    expect(bedrock.bill()).toHaveLength(4);
    const [{ promptTokens = 0, completionTokens = 0 } = {}] = bedrock.bill();
    expect(whole.usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: completionTokens });
    expect(streamed.usage).toMatchObject({ input_tokens: promptTokens, output_tokens: completionTokens });
    expect(await loggedRequest(gateway, requestId ?? '')).toMatchObject({
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      estimated: false,
      spend_nano_usd: promptTokens * 1_000 + completionTokens * 5_000,
    });
  });
});

describe('text models', () => {
  it('A1 tell why they stopped', async () => {
    const short = await openAi.chat.completions.create({ ...chat('llama'), max_tokens: 7 });
    expect([short.choices[0]?.finish_reason, short.usage?.completion_tokens]).toEqual(['length', 7]);
    const stopped = await openAi.chat.completions.create({ ...chat('mistral'), stop: ['rivers'] });
    expect(stopped.choices[0]?.finish_reason).toBe('stop');
  });

  it('B3 refuse what they cannot do by its name, or do without where they may', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }];
    const refused: unknown = await openAi.chat.completions
      .create({ ...chat('llama'), tools })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'tools' });
    const answer = await openAi.chat.completions.create({ ...chat('dropping'), tools, seed: 1 });
    expect(answer.choices).toHaveLength(1);
  });

  it.each(['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'])(
    'B3 never give a shorter answer when a stream breaks: %s',
    async (fault) => {
      await expect(streamedText(`llama+${fault}`, 'write 20 tokens')).rejects.toBeInstanceOf(OpenAI.APIError);
    },
  );
});

it('D3 embeddings whose body says nothing of tokens are booked for what Bedrock counted', async () => {
  const { data, request_id: requestId } = await openAi.embeddings
    .create({ model: 'embeddings', input: ['a rose is a rose', 'b'] })
    .withResponse();
  const promptTokens = bedrock.bill()[0]?.promptTokens;
  expect(data.usage.prompt_tokens).toBe(promptTokens);
  expect(await loggedRequest(gateway, requestId ?? '')).toMatchObject({
    prompt_tokens: promptTokens,
    estimated: false,
  });
});
