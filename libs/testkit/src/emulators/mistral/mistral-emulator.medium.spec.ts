// B7: the official `@mistralai/mistralai` client against the emulator. Real: HTTP on loopback, the client.
import { Mistral } from '@mistralai/mistralai';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { MistralEmulator } from './mistral-emulator';

const emulator = new MistralEmulator();
let client: Mistral;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = new Mistral({ apiKey: 'test-key', serverURL: origin, retryConfig: { strategy: 'none' } });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = (content: string, model = 'mock-mistral') => ({ model, messages: [{ role: 'user' as const, content }] });
const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const post = (body: object) =>
  fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
    body: JSON.stringify({ ...ask('hi'), ...body }),
  });

describe('B7 Mistral’s client accepts the emulator', () => {
  test('chat.complete: same answer twice, and the usage is what was billed', async () => {
    const first = await client.chat.complete({ ...ask('Tell me about rivers'), randomSeed: 7, safePrompt: true });
    const second = await client.chat.complete(ask('Tell me about rivers'));
    expect(first.choices[0]?.message?.content).toMatch(/^You said: Tell me about rivers\./);
    expect(second.choices[0]?.message?.content).toBe(first.choices[0]?.message?.content);
    expect(first.choices[0]?.finishReason).toBe('stop');
    expect(emulator.bill()[0]).toMatchObject({
      id: first.id,
      promptTokens: first.usage.promptTokens,
      completionTokens: first.usage.completionTokens,
      completed: true,
      billed: true,
    });
  });

  test('fim.complete and fim.stream: the same text, and no field the vendor does not define', async () => {
    const ask = { model: 'mock-codestral', prompt: 'def f(', suffix: 'return 1', randomSeed: 7 };
    const whole = await client.fim.complete(ask);
    let text = '';
    for await (const { data } of await client.fim.stream(ask)) text += data.choices[0]?.delta.content ?? '';
    expect(text).toBe(whole.choices[0]?.message?.content);
    expect(text).toMatch(/^You said: def f\( … return 1\./);
    expect(emulator.bill()[0]).toMatchObject({ promptTokens: whole.usage.promptTokens, completed: true });
    const refused = await fetch(`${origin}/v1/fim/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer key' },
      body: JSON.stringify({ model: 'm', prompt: 'p', stream_options: {} }),
    });
    expect(refused.status).toBe(422);
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const body = JSON.stringify({ ...ask('please use get_weather'), tools: [WEATHER] });
    await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body });
    await post({ ...ask('please use get_weather'), tools: [WEATHER] });
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('streams one token per event, with usage unasked, and says the same as the whole answer', async () => {
    const texts: unknown[] = [];
    let tokens: number | undefined;
    for await (const { data } of await client.chat.stream(ask('Please write 9 tokens'))) {
      texts.push(data.choices[0]?.delta.content);
      tokens = data.usage?.completionTokens ?? tokens;
    }
    const whole = await client.chat.complete(ask('Please write 9 tokens'));
    expect(texts.join('')).toBe(whole.choices[0]?.message?.content);
    expect(texts.filter((text) => text !== '')).toHaveLength(9);
    expect([tokens, emulator.bill()[0]?.completionTokens]).toEqual([9, 9]);
  });

  test('thinks in chunks of the content, streamed or not', async () => {
    const answer = await client.chat.complete(ask('hi', 'mock-magistral'));
    const content = answer.choices[0]?.message?.content;
    expect(content).toMatchObject([{ type: 'thinking', thinking: [{ type: 'text' }] }, { type: 'text' }]);
    const kinds = new Set<string>();
    for await (const { data } of await client.chat.stream(ask('hi', 'mock-magistral'))) {
      const piece = data.choices[0]?.delta.content;
      kinds.add(Array.isArray(piece) ? (piece[0]?.type ?? '') : typeof piece);
    }
    expect([...kinds]).toEqual(['string', 'thinking']);
    expect(emulator.bill()[0]).toMatchObject({ reasoningTokens: 12 });
  });

  test('calls tools with ids of nine characters, and takes their results', async () => {
    const asked = { ...ask('hello'), tools: [WEATHER] };
    const called = await client.chat.complete({ ...asked, toolChoice: 'any' });
    const message = called.choices[0]?.message;
    const [call] = message?.toolCalls ?? [];
    expect([call?.id, call?.function.name]).toEqual([expect.stringMatching(/^[A-Za-z0-9]{9}$/), 'get_weather']);
    const messages = [
      ...asked.messages,
      { role: 'assistant' as const, content: '', toolCalls: message?.toolCalls },
      { role: 'tool' as const, toolCallId: call?.id, name: 'get_weather', content: 'Drizzle' },
    ];
    const answered = await client.chat.complete({ ...asked, messages });
    expect(answered.choices[0]?.message?.content).toContain('get_weather answered: Drizzle');
    const long = { role: 'tool', tool_call_id: 'call_0123456789', content: 'x' };
    expect((await post({ messages: [...asked.messages, long] })).status).toBe(422);
  });

  test('writes JSON, sees images, gives several choices', async () => {
    const schemaDefinition = WEATHER.function.parameters;
    const json = await client.chat.complete({
      ...ask('as JSON'),
      n: 2,
      responseFormat: { type: 'json_schema', jsonSchema: { name: 'weather', schemaDefinition } },
    });
    expect(json.choices).toHaveLength(2);
    expect(JSON.parse(String(json.choices[1]?.message?.content))).toEqual({ city: expect.any(String) });
    const seen = await client.chat.complete({
      model: 'mock-mistral',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', imageUrl: 'data:image/png;base64,aGk=' },
            { type: 'text', text: 'what?' },
          ],
        },
      ],
    });
    expect(seen.choices[0]?.message?.content).toContain('1 image');
  });

  test('embeds texts, and lists models', async () => {
    const { data, usage } = await client.embeddings.create({ model: 'mistral-embed', inputs: ['a b', 'c'] });
    expect(data.map(({ embedding }) => embedding?.length)).toEqual([8, 8]);
    expect(emulator.bill()[0]).toMatchObject({ promptTokens: usage.promptTokens });
    expect((await client.models.list()).data?.map(({ id }) => id)).toContain('mock-magistral');
  });

  test('refuses as Mistral does: what it does not define, strangers, too much', async () => {
    for (const field of ['stream_options', 'max_completion_tokens', 'seed', 'user', 'logprobs']) {
      const refused = await post({ [field]: 1 });
      const detail = [expect.objectContaining({ type: 'extra_forbidden', loc: ['body', field] })];
      expect([refused.status, await refused.json()]).toEqual([422, expect.objectContaining({ message: { detail } })]);
    }
    const stranger = new Mistral({ apiKey: 'invalid-key', serverURL: origin });
    await expect(stranger.chat.complete(ask('hi'))).rejects.toMatchObject({ statusCode: 401 });
    await expect(client.chat.complete(ask('hi', 'mock-mistral+status-429'))).rejects.toMatchObject({ statusCode: 429 });
    expect(emulator.bill().every((row) => !row.billed)).toBe(true);
  });
});
