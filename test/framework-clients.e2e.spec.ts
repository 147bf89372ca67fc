// Real: the whole mesh, and the two frameworks most programs call models through. Emulated: the providers.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage } from '@langchain/core/messages';
import { tool as langChainTool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { embedMany, generateObject, generateText, type LanguageModel, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { configurationYaml } from './support/test-configuration';

const MODELS = ['mock-gpt', 'mock-claude', 'mock-gemini'];
const WEATHER = z.object({ city: z.string(), days: z.number().int().min(1).max(7) });

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await startTestMesh({ configYaml: configurationYaml() });
});

afterAll(() => mesh?.stop());

/** Every way in which the AI SDK calls a model through us. */
const WIRES: readonly (readonly [string, (model: string) => LanguageModel])[] = [
  ['chat completions', (model) => openAi().chat(model)],
  ['Responses', (model) => openAi().responses(model)],
  ['messages', (model) => createAnthropic({ baseURL: `${mesh.url}/v1`, apiKey: mesh.masterKey })(model)],
];

const openAi = () => createOpenAI({ baseURL: `${mesh.url}/v1`, apiKey: mesh.masterKey });

const CASES = WIRES.flatMap(([wire, open]) => MODELS.map((model) => [wire, model, open] as const));

describe.each(CASES)('Vercel’s AI SDK, by %s, to %s', (_wire, model, open) => {
  it('A1 generates and streams text, with usage and the reason of the end', async () => {
    const prompt = 'Please write 6 tokens';
    const whole = await generateText({ model: open(model), prompt, maxRetries: 0 });
    expect(whole.text).not.toBe('');
    expect(whole.finishReason).toBe('stop');
    expect(whole.usage).toMatchObject({ outputTokens: 6 });
    const stream = streamText({ model: open(model), prompt, maxRetries: 0 });
    let text = '';
    for await (const piece of stream.textStream) text += piece;
    expect(text).toBe(whole.text);
    expect(await stream.usage).toMatchObject({ outputTokens: 6, inputTokens: whole.usage.inputTokens });
  });

  it('A1 calls a tool and goes on with its result', async () => {
    const asked: unknown[] = [];
    const { steps, text } = await generateText({
      model: open(model),
      prompt: 'Please use get_weather for Lima',
      maxRetries: 0,
      stopWhen: stepCountIs(3),
      tools: {
        get_weather: tool({
          description: 'The weather of a city',
          inputSchema: WEATHER,
          execute: async (input) => {
            asked.push(input);
            return 'Drizzle';
          },
        }),
      },
    });
    expect(asked).toHaveLength(1);
    expect(WEATHER.safeParse(asked[0]).success).toBe(true);
    expect(steps).toHaveLength(2);
    expect(text).toContain('Drizzle');
  });
});

describe('Vercel’s AI SDK', () => {
  it.each(MODELS)('A1 gets an object that fits its schema from %s', async (model) => {
    const { object } = await generateObject({
      model: openAi().chat(model),
      schema: WEATHER,
      prompt: 'Lima',
      maxRetries: 0,
    });
    expect(WEATHER.parse(object)).toEqual(object);
  });

  it('A2 embeds', async () => {
    const model = openAi().embedding('mock-gpt');
    const { embeddings, usage } = await embedMany({ model, values: ['one', 'two'], maxRetries: 0 });
    expect(embeddings.map((vector) => vector.length)).toEqual([8, 8]);
    expect(usage.tokens).toBe(2);
  });
});

describe.each(MODELS)('LangChain.js, to %s', (model) => {
  const weather = langChainTool(async () => 'Drizzle', {
    name: 'get_weather',
    description: 'Weather',
    schema: WEATHER,
  });
  const clients = () => [
    new ChatOpenAI({ model, apiKey: mesh.masterKey, maxRetries: 0, configuration: { baseURL: `${mesh.url}/v1` } }),
    new ChatAnthropic({ model, apiKey: mesh.masterKey, maxRetries: 0, maxTokens: 500, anthropicApiUrl: mesh.url }),
  ];

  it('A1 answers, streams and calls tools, as OpenAI’s and as Anthropic’s client', async () => {
    for (const client of clients()) {
      const whole = await client.invoke([new HumanMessage('Please write 6 tokens')]);
      expect(whole.usage_metadata).toMatchObject({ output_tokens: 6 });
      let streamed = '';
      for await (const piece of await client.stream('Please write 6 tokens')) streamed += piece.text;
      expect(streamed).toBe(whole.text);
      const called = await client.bindTools([weather]).invoke('Please use get_weather for Lima');
      expect(called.tool_calls).toMatchObject([{ name: 'get_weather' }]);
      expect(WEATHER.safeParse(called.tool_calls?.[0]?.args).success).toBe(true);
    }
  });
});

it('A2 LangChain.js embeds', async () => {
  const configuration = { baseURL: `${mesh.url}/v1` };
  const embeddings = new OpenAIEmbeddings({ model: 'mock-gpt', apiKey: mesh.masterKey, maxRetries: 0, configuration });
  expect((await embeddings.embedDocuments(['one', 'two'])).map((vector) => vector.length)).toEqual([8, 8]);
});
