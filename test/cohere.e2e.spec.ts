// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: Cohere, which only providers speak.
import Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { CohereEmulator, eventually } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { PIXEL_PNG_BASE64, sdkClients, WEATHER_SCHEMA } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, gptModel, type ModelEntry } from './support/test-configuration';

const PROMPT_NANO_USD = 2_500;
const COMPLETION_NANO_USD = 10_000;
const PRICE = { input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 };
const MODEL = 'mock-command';
const QUESTION = 'Tell me about the rivers of Zürich, 東京 and São Paulo 🌊, please.';
const USE_TOOL = [{ role: 'user' as const, content: 'Please use get_weather for Lima' }];
const TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', parameters: WEATHER_SCHEMA },
};
const OTHER_TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_time', parameters: { type: 'object' } },
};
const TOOL_OF_ANTHROPIC: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { ...WEATHER_SCHEMA, required: [...WEATHER_SCHEMA.required] },
};

const cohere = new CohereEmulator({ rejectUnknownFields: true });
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  const api_base = await cohere.start();
  const group = (name: string, model: string, more: object = {}): ModelEntry => ({
    model_name: name,
    litellm_params: { model, api_base, api_key: 'emulator-key', ...more },
    model_info: PRICE,
  });
  mesh = await startTestMesh({
    configYaml: configurationYaml(
      [
        group('mock-command*', 'cohere_chat/mock-command*'),
        group('by-short-name', 'cohere/mock-command', { api_base: `${api_base}/v2/chat` }),
        group('set', 'cohere_chat/mock-command', { temperature: 0.25, max_tokens: 7, safety_mode: 'STRICT' }),
        group('lenient', 'cohere_chat/mock-command', { drop_params: true }),
        group('wrong-key', 'cohere_chat/mock-command', { api_key: 'invalid-key' }),
        gptModel('mock-gpt'),
      ],
      { router_settings: { num_retries: 1 } },
    ),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await cohere.stop();
});

beforeEach(() => cohere.reset());

const lastBody = (): Record<string, unknown> =>
  JSON.parse(cohere.requests().at(-1)?.body ?? '{}') as Record<string, unknown>;
const chat = (model: string, content = QUESTION) => ({
  model,
  messages: [
    { role: 'system' as const, content: 'Answer briefly.' },
    { role: 'user' as const, content },
  ],
});
const message = (model: string, content = QUESTION) => ({
  model,
  max_tokens: 200,
  system: 'Answer briefly.',
  messages: [{ role: 'user' as const, content }],
});
const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

async function streamed(body: Omit<OpenAI.ChatCompletionCreateParamsStreaming, 'stream'>) {
  return openAi.chat.completions.stream({ ...body, stream_options: { include_usage: true } }).finalChatCompletion();
}

describe('text', () => {
  it('A1 A8 B3 is what any other provider says, to either client, streamed or not', async () => {
    const texts = [
      (await openAi.chat.completions.create(chat('mock-gpt'))).choices[0]?.message.content,
      (await openAi.chat.completions.create(chat(MODEL))).choices[0]?.message.content,
      (await openAi.chat.completions.create(chat('by-short-name'))).choices[0]?.message.content,
      (await streamed(chat(MODEL))).choices[0]?.message.content,
      textOf(await anthropic.messages.create(message(MODEL))),
      textOf(await anthropic.messages.stream(message(MODEL)).finalMessage()),
    ];
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('東京');
    expect(cohere.requests()).toHaveLength(5);
  });

  it('B3 tells each client why it stopped', async () => {
    const reasons = async (more: object) => {
      const whole = await openAi.chat.completions.create({ ...chat(MODEL), ...more });
      const streamedReason = (await streamed({ ...chat(MODEL), ...more })).choices[0]?.finish_reason;
      expect(streamedReason).toBe(whole.choices[0]?.finish_reason);
      return streamedReason;
    };
    expect(await reasons({})).toBe('stop');
    expect(await reasons({ max_tokens: 7 })).toBe('length');
    expect(await reasons({ stop: ['rivers'] })).toBe('stop');
    const stopped = await anthropic.messages.create({ ...message(MODEL), stop_sequences: ['rivers'] });
    expect(stopped.stop_reason).toBe('stop_sequence');
    expect((await anthropic.messages.create({ ...message(MODEL), max_tokens: 7 })).stop_reason).toBe('max_tokens');
  });

  it('A1 A8 sees images of either client', async () => {
    const image_url = { url: `data:image/png;base64,${PIXEL_PNG_BASE64}` };
    const byOpenAi = await openAi.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url }] }],
    });
    expect(byOpenAi.choices[0]?.message.content).toContain('1 image');
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL_PNG_BASE64 };
    const byAnthropic = await anthropic.messages.create({
      ...message(MODEL),
      messages: [{ role: 'user', content: [{ type: 'image', source }] }],
    });
    expect(textOf(byAnthropic)).toContain('1 image');
  });

  it('B3 writes JSON by a schema', async () => {
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'w', schema: WEATHER_SCHEMA } };
    const answer = await openAi.chat.completions.create({ ...chat(MODEL), response_format });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({
      city: expect.any(String),
      days: expect.any(Number),
    });
  });

  it('B3 takes documents to cite as they are, and thinks when told to', async () => {
    const answer = await streamed({ ...chat(MODEL), ...{ documents: ['The Limmat flows through Zürich'] } });
    expect(answer.choices[0]?.message.content).toContain('東京');
    expect(lastBody()).toMatchObject({ documents: ['The Limmat flows through Zürich'] });
    const thinking = { type: 'enabled' as const, budget_tokens: 1_024 };
    for (const stream of [false, true]) {
      const body = { ...message(MODEL), max_tokens: 2_000, thinking };
      const thought = stream
        ? await anthropic.messages.stream(body).finalMessage()
        : await anthropic.messages.create(body);
      expect(thought.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
      expect(lastBody()).toMatchObject({ thinking: { type: 'enabled', token_budget: 1_024 } });
    }
  });
});

describe('tools', () => {
  it.each([false, true])('B3 are called and answered through OpenAI’s client, streamed: %s', async (stream) => {
    const question = { model: MODEL, messages: USE_TOOL, tools: [TOOL] };
    const called = stream ? await streamed(question) : await openAi.chat.completions.create(question);
    const [choice] = called.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no tool was called');
    expect(JSON.parse(call.function.arguments)).toEqual({ city: expect.any(String), days: expect.any(Number) });
    const answered = await openAi.chat.completions.create({
      ...question,
      messages: [
        ...USE_TOOL,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'Drizzle' },
      ],
    });
    expect(answered.choices[0]?.message.content).toContain('get_weather answered: Drizzle');
  });

  it.each([false, true])('B3 are called and answered through Anthropic’s client, streamed: %s', async (stream) => {
    const question = { model: MODEL, max_tokens: 500, messages: USE_TOOL, tools: [TOOL_OF_ANTHROPIC] };
    const called = stream
      ? await anthropic.messages.stream(question).finalMessage()
      : await anthropic.messages.create(question);
    expect(called.stop_reason).toBe('tool_use');
    const use = called.content.find((block) => block.type === 'tool_use');
    const answered = await anthropic.messages.create({
      ...question,
      messages: [
        ...USE_TOOL,
        { role: 'assistant', content: called.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use?.id ?? '', content: 'Drizzle' }] },
      ],
    });
    expect(textOf(answered)).toContain('get_weather answered: Drizzle');
  });

  it('B3 can be several at once, forced, chosen by name, or forbidden', async () => {
    const ask = async (content: string, tool_choice: OpenAI.ChatCompletionToolChoiceOption) => {
      const body = {
        model: MODEL,
        messages: [{ role: 'user' as const, content }],
        tools: [TOOL, OTHER_TOOL],
        tool_choice,
      };
      const { choices } = await openAi.chat.completions.create(body);
      return (choices[0]?.message.tool_calls ?? []).map((call) => (call.type === 'function' ? call.function.name : ''));
    };
    expect(await ask('use get_weather and use get_time', 'auto')).toEqual(['get_weather', 'get_time']);
    expect(await ask('hello', 'required')).toHaveLength(1);
    expect(await ask('hello', { type: 'function', function: { name: 'get_time' } })).toEqual(['get_time']);
    expect(await ask('use get_weather', 'none')).toEqual([]);
  });
});

describe('books', () => {
  it.each([false, true])('D3 have what Cohere bills, streamed: %s', async (stream) => {
    const { request_id } = stream
      ? await openAi.chat.completions
          .create({ ...chat(MODEL), stream: true })
          .withResponse()
          .then(async (answer) => {
            for await (const _chunk of answer.data);
            return answer;
          })
      : await openAi.chat.completions.create(chat(MODEL)).withResponse();
    const logged = await loggedRequest(gateway, request_id ?? '');
    const [row] = cohere.bill();
    expect(row).toMatchObject({ completed: true, stream });
    const { promptTokens = 0, completionTokens = 0 } = row ?? {};
    expect(logged).toMatchObject({
      custom_llm_provider: 'cohere_chat',
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      estimated: false,
      spend_nano_usd: promptTokens * PROMPT_NANO_USD + completionTokens * COMPLETION_NANO_USD,
    });
  });

  it('D3 have cached tokens apart', async () => {
    const answer = await openAi.chat.completions.create(chat(`${MODEL}+cached-5`));
    expect(answer.usage?.prompt_tokens_details?.cached_tokens).toBe(5);
  });

  it('B2 a deployment’s own parameters go where the wire has them', async () => {
    const answer = await openAi.chat.completions.create(chat('set'));
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(lastBody()).toMatchObject({ temperature: 0.25, max_tokens: 7, safety_mode: 'STRICT' });
  });
});

describe('what goes wrong', () => {
  it.each([
    ['wrong-key', 502],
    [`${MODEL}+status-400`, 400],
    [`${MODEL}+status-402`, 429],
    [`${MODEL}+status-404`, 404],
    [`${MODEL}+status-429`, 429],
    [`${MODEL}+status-500`, 502],
    [`${MODEL}+status-503`, 503],
  ])('B7 %s is the client’s %i, in its own dialect', async (model, status) => {
    const byOpenAi: unknown = await openAi.chat.completions.create(chat(model)).catch((error: unknown) => error);
    expect((byOpenAi as InstanceType<typeof OpenAI.APIError>).status).toBe(status);
    const byAnthropic: unknown = await anthropic.messages.create(message(model)).catch((error: unknown) => error);
    expect((byAnthropic as InstanceType<typeof Anthropic.APIError>).status).toBe(status);
  });

  it('C4 tries again when the provider was overloaded', async () => {
    const answer = await openAi.chat.completions.create(chat(`${MODEL}+status-503+times-1`));
    expect(answer.object).toBe('chat.completion');
    expect(cohere.bill().map(({ status }) => status)).toEqual([503, 200]);
  });

  it.each(['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'])(
    'B3 a stream that breaks is one error, never a shorter answer: %s',
    async (fault) => {
      const read = async () => {
        const messages = [{ role: 'user' as const, content: 'Please write 20 tokens' }];
        const chunks = await openAi.chat.completions.create({ model: `${MODEL}+${fault}`, messages, stream: true });
        for await (const chunk of chunks) expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
      };
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    },
  );

  it('B3 what its API has no word for is refused by name, or dropped where that is allowed', async () => {
    const refused = await gateway.chat({ ...chat(MODEL), logit_bias: { '1': 1 } });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { code: 'unsupported_parameter', param: 'logit_bias' } });
    expect((await gateway.chat({ ...chat('lenient'), logit_bias: { '1': 1 } })).status).toBe(200);
    expect(cohere.requests()).toHaveLength(1);
  });

  it('C9 a client that leaves ends the call', async () => {
    const stream = await openAi.chat.completions.create({
      model: `${MODEL}+tokens-5000+chunks-20ms`,
      messages: USE_TOOL,
      stream: true,
    });
    for await (const _chunk of stream) break;
    stream.controller.abort();
    await eventually('the emulator to notice', () => cohere.bill()[0]?.cancelledByClient === true);
  });
});
