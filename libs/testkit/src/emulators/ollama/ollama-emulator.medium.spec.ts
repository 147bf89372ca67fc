// B7: the official `ollama` client against the emulator. Real: HTTP on loopback, the client.
import { type ChatResponse, Ollama } from 'ollama';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { OllamaEmulator } from './ollama-emulator';

const emulator = new OllamaEmulator({ rejectUnknownFields: true });
let client: Ollama;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = new Ollama({ host: origin, fetch });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = (content: string) => ({ model: 'mock-llama', messages: [{ role: 'user', content }] });
const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

async function streamed(request: ReturnType<typeof ask>): Promise<ChatResponse[]> {
  const documents: ChatResponse[] = [];
  for await (const document of await client.chat({ ...request, stream: true })) documents.push(document);
  return documents;
}

describe('B7 Ollama’s client accepts the emulator', () => {
  test('chat: same answer twice, and the counts are what was billed', async () => {
    const messages = [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Tell me about rivers' },
    ];
    const first = await client.chat({ model: 'mock-llama', messages });
    expect(first.message.content).toMatch(/^Following "Be brief", you said: Tell me about rivers\./);
    expect((await client.chat({ model: 'mock-llama', messages })).message.content).toBe(first.message.content);
    expect([first.done, first.done_reason]).toEqual([true, 'stop']);
    expect(emulator.bill()[0]).toMatchObject({
      model: 'mock-llama',
      stream: false,
      promptTokens: first.prompt_eval_count,
      completionTokens: first.eval_count,
      completed: true,
      billed: true,
    });
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const body = JSON.stringify({ ...ask('please use get_weather'), tools: [WEATHER] });
    await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body });
    await client.chat({ ...ask('please use get_weather'), tools: [WEATHER] });
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('streams one token a line, and says the same as the whole answer', async () => {
    const documents = await streamed(ask('Please write 9 tokens'));
    const whole = await client.chat(ask('Please write 9 tokens'));
    expect(documents.map(({ message }) => message.content).join('')).toBe(whole.message.content);
    expect(documents.map(({ done }) => done)).toEqual([...Array.from({ length: 9 }, () => false), true]);
    expect([documents.at(-1)?.eval_count, emulator.bill()[0]?.completionTokens]).toEqual([9, 9]);
  });

  test('thinks when told to, aloud, and charges for it', async () => {
    const answer = await client.chat({ ...ask('hi'), think: true });
    expect(answer.message.thinking).toMatch(/^Let me think/);
    expect(emulator.bill()[0]).toMatchObject({ reasoningTokens: 12, completionTokens: answer.eval_count });
    await client.chat({ ...ask('hi'), model: 'mock-gpt-oss:20b', think: 'low' });
    expect(emulator.bill()[1]).toMatchObject({ reasoningTokens: 8 });
    await expect(client.chat({ ...ask('hi'), think: 'low' })).rejects.toThrow('think value "low" is not supported');
  });

  test('calls tools and takes their results', async () => {
    const asked = { ...ask('please use get_weather'), tools: [WEATHER] };
    const { message } = await client.chat(asked);
    expect(message.tool_calls).toMatchObject([
      { function: { name: 'get_weather', arguments: { city: expect.any(String) } } },
    ]);
    const result = { role: 'tool', content: 'Drizzle', tool_name: 'get_weather' };
    const answered = await client.chat({ ...asked, messages: [...asked.messages, message, result] });
    expect(answered.message.content).toContain('get_weather answered: Drizzle');
  });

  test('writes JSON, sees images, stops where told', async () => {
    const json = await client.chat({ ...ask('as JSON'), format: WEATHER.function.parameters });
    expect(JSON.parse(json.message.content)).toEqual({ city: expect.any(String) });
    expect(JSON.parse((await client.chat({ ...ask('as JSON'), format: 'json' })).message.content)).toHaveProperty(
      'answer',
    );
    const seen = await client.chat({
      model: 'mock-llama',
      messages: [{ role: 'user', content: 'what is it?', images: [new Uint8Array([1, 2, 3])] }],
    });
    expect(seen.message.content).toContain('1 image');
    const short = await client.chat({ ...ask('Tell me about rivers'), options: { num_predict: 3 } });
    expect([short.done_reason, short.eval_count]).toEqual(['length', 3]);
  });

  test('embeds texts, and lists models', async () => {
    const { embeddings, prompt_eval_count: tokens } = await client.embed({ model: 'mock-embed', input: ['a b', 'c'] });
    expect(embeddings.map((vector) => vector.length)).toEqual([8, 8]);
    expect(emulator.bill()[0]).toMatchObject({ promptTokens: tokens, completionTokens: 0 });
    const { models } = await client.list();
    expect(models.map(({ name }) => name)).toContain('mock-llama:latest');
  });

  test('refuses as Ollama does', async () => {
    const stranger = new Ollama({ host: origin, fetch, headers: { authorization: 'Bearer invalid-key' } });
    await expect(stranger.chat(ask('hi'))).rejects.toMatchObject({ status_code: 401, error: 'unauthorized' });
    const unknown = client.chat({ ...ask('hi'), model: 'unknown-model' });
    await expect(unknown).rejects.toMatchObject({ status_code: 404 });
    const full = client.chat({ ...ask('hi'), model: 'mock-llama+status-503' });
    await expect(full).rejects.toMatchObject({ status_code: 503, error: expect.stringContaining('server busy') });
    await expect(streamed({ ...ask('hi'), model: 'mock-llama+error-after-2' })).rejects.toThrow('answers 500');
    expect(emulator.bill().filter((row) => row.billed)).toHaveLength(1);
  });
});
