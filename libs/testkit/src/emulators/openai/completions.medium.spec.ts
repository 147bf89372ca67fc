// B7: the official `openai` client against the emulator. Real: HTTP on loopback, the client. Nothing is faked.
import OpenAI from 'openai';
import { OpenAiEmulator } from './openai-emulator';

const emulator = new OpenAiEmulator({ rejectUnknownFields: true });
let client: OpenAI;

beforeAll(async () => {
  client = new OpenAI({ baseURL: `${await emulator.start()}/v1`, apiKey: 'test-key', maxRetries: 0 });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = { model: 'gpt-3.5-turbo-instruct', prompt: 'Tell me about rivers', max_tokens: 100 };

describe('B7 the openai client completes text at the emulator', () => {
  test('whole and streamed: the same text, and the usage is what was billed', async () => {
    const whole = await client.completions.create(ask);
    expect(whole.choices[0]?.text).toMatch(/^You said: Tell me about rivers\./);
    const chunks: OpenAI.Completion[] = [];
    const stream = { ...ask, stream: true as const, stream_options: { include_usage: true } };
    for await (const chunk of await client.completions.create(stream)) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(whole.choices[0]?.text);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ text: '', finish_reason: 'stop' });
    expect(emulator.bill().map(({ promptTokens, completionTokens }) => [promptTokens, completionTokens])).toEqual([
      [whole.usage?.prompt_tokens, whole.usage?.completion_tokens],
      [whole.usage?.prompt_tokens, whole.usage?.completion_tokens],
    ]);
  });

  test('several prompts, choices and candidates, of which the best are shown and all are charged', async () => {
    const body = { ...ask, prompt: ['one', 'two'], n: 2 };
    const usual = await client.completions.create(body);
    const best = await client.completions.create({ ...body, best_of: 3, echo: true, logprobs: 1 });
    expect(best.choices.map(({ text }) => text)).toEqual(
      usual.choices.map(({ text }, index) => `${index < 2 ? 'one' : 'two'}${text}`),
    );
    expect(best.usage?.completion_tokens).toBeGreaterThan(usual.usage?.completion_tokens ?? 0);
    const { tokens, text_offset: offsets } = best.choices[3]?.logprobs ?? {};
    expect(tokens?.join('')).toBe(usual.choices[3]?.text);
    expect(offsets?.[0]).toBe('two'.length);
    const byDefault = await client.completions.create({ model: ask.model, prompt: 'Please write 40 tokens' });
    expect([byDefault.choices[0]?.finish_reason, byDefault.usage?.completion_tokens]).toEqual(['length', 16]);
  });

  test.each([
    [{ model: 'gpt-4o-mini' }, OpenAI.NotFoundError],
    [{ n: 2, best_of: 1 }, OpenAI.BadRequestError],
    [{ messages: [] }, OpenAI.BadRequestError],
  ])('refuses %j', async (fields, type) => {
    await expect(client.completions.create({ ...ask, ...fields })).rejects.toBeInstanceOf(type);
    expect(emulator.bill().map(({ billed }) => billed)).toEqual([false]);
  });

  test('does not chat with a model that completes', async () => {
    const chat = { model: ask.model, messages: [{ role: 'user' as const, content: 'hi' }] };
    await expect(client.chat.completions.create(chat)).rejects.toThrow('not a chat model');
  });
});
