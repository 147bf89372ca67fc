// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: Gemini, which only providers speak.
import type Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import OpenAI from 'openai';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients, WEATHER_SCHEMA } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, geminiModel, PRICE } from './support/test-configuration';

const USER = [{ role: 'user' as const, content: 'Please use get_weather for Lima' }];
const TOOL = { name: 'get_weather', input_schema: { ...WEATHER_SCHEMA, required: [...WEATHER_SCHEMA.required] } };

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;
let gemini: EmulatorControl;

beforeAll(async () => {
  const defaults = { litellm_params: { model: 'gemini/mock-gemini-set', temperature: 0.25, max_tokens: 7 } };
  mesh = await startTestMesh({
    configYaml: configurationYaml([geminiModel('set-gemini', defaults), geminiModel('mock-gemini*')], {
      router_settings: { num_retries: 1 },
    }),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
  gemini = emulatorsOf(mesh).gemini;
});

afterAll(() => mesh?.stop());

beforeEach(() => gemini.reset());

const lastBody = async (): Promise<string> => (await gemini.requests()).at(-1)?.body ?? '';

/** Not OpenAI's own field, but the one its wire has for thoughts elsewhere. */
const thoughtOf = (message: object | undefined): string =>
  message && 'reasoning_content' in message ? String(message.reasoning_content) : '';

describe('thinking', () => {
  const thinking = { type: 'enabled' as const, budget_tokens: 1_024 };
  const question = { model: 'mock-gemini', max_tokens: 2_000, thinking, tools: [TOOL], messages: USER };

  it.each([false, true])(
    'B3 is shown to Anthropic’s client and returned with its signature, streamed: %s',
    async (stream) => {
      const called = stream
        ? await anthropic.messages.stream(question).finalMessage()
        : await anthropic.messages.create(question);
      expect(called.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
      const use = called.content[1];
      if (use?.type !== 'tool_use') throw new Error('no tool was used');
      const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'Drizzle' };
      const answered = await anthropic.messages.create({
        ...question,
        messages: [...USER, { role: 'assistant', content: called.content }, { role: 'user', content: [result] }],
      });
      expect(answered.stop_reason).toBe('end_turn');
      const [, model, user] = (JSON.parse(await lastBody()) as { contents: { parts: object[] }[] }).contents;
      const signature = Buffer.from('emulator:Let me think abo').toString('base64');
      expect(model?.parts).toEqual([
        { functionCall: { id: expect.any(String), name: 'get_weather', args: use.input }, thoughtSignature: signature },
      ]);
      expect(user?.parts).toMatchObject([
        { functionResponse: { name: 'get_weather', response: { output: 'Drizzle' } } },
      ]);
    },
  );

  it.each([false, true])('D3 costs what the provider charges, streamed: %s', async (stream) => {
    const body = { model: 'mock-gemini', messages: USER, reasoning_effort: 'low' as const };
    let requestId: string | null;
    let thought = '';
    if (stream) {
      const { data, request_id } = await openAi.chat.completions.create({ ...body, stream: true }).withResponse();
      for await (const { choices } of data) thought += thoughtOf(choices[0]?.delta);
      requestId = request_id;
    } else {
      const { data, request_id } = await openAi.chat.completions.create(body).withResponse();
      thought = thoughtOf(data.choices[0]?.message);
      requestId = request_id;
    }
    expect(thought).toMatch(/^Let me think about it/);
    const logged = await loggedRequest(gateway, requestId ?? '');
    const [row] = await gemini.bill();
    expect(row).toMatchObject({ completed: true, reasoningTokens: 12, stream });
    expect(logged).toMatchObject({ prompt_tokens: row?.promptTokens, completion_tokens: row?.completionTokens });
    const { promptNanoUsd, completionNanoUsd } = PRICE.gemini;
    const cost = (row?.promptTokens ?? 0) * promptNanoUsd + (row?.completionTokens ?? 0) * completionNanoUsd;
    expect([logged.spend_nano_usd, logged.reasoning_tokens]).toEqual([cost, 12]);
  });
});

describe('configuration', () => {
  it('B2 puts a deployment’s own parameters where the wire has them', async () => {
    const answer = await openAi.chat.completions.create({ model: 'set-gemini', messages: USER });
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(JSON.parse(await lastBody())).toMatchObject({ generationConfig: { temperature: 0.25, maxOutputTokens: 7 } });
  });
});

describe('ends', () => {
  it('B3 tells a filtered answer in each client’s own word', async () => {
    const model = 'mock-gemini+finish-SAFETY';
    const completion = await openAi.chat.completions.create({ model, messages: USER });
    expect(completion.choices[0]?.finish_reason).toBe('content_filter');
    const message = await anthropic.messages.create({ model, max_tokens: 100, messages: USER });
    expect(message.stop_reason).toBe('refusal');
  });

  it('C4 tries again when the provider was overloaded', async () => {
    const answer = await openAi.chat.completions.create({ model: 'mock-gemini+status-503+times-1', messages: USER });
    expect(answer.object).toBe('chat.completion');
    expect((await gemini.bill()).map(({ status }) => status)).toEqual([503, 200]);
  });

  it.each(['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'])(
    'B3 turns a stream that breaks into one error, never into a shorter answer: %s',
    async (fault) => {
      const model = `mock-gemini+${fault}`;
      const read = async () => {
        const messages = [{ role: 'user' as const, content: 'Please write 20 tokens' }];
        const chunks = await openAi.chat.completions.create({ model, messages, stream: true });
        for await (const chunk of chunks) expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
      };
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    },
  );
});
