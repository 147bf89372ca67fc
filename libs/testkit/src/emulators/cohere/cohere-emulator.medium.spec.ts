// B7: Cohere's own client against the emulator. Real: HTTP on loopback, the client.
import { type Cohere, CohereClientV2, CohereError } from 'cohere-ai';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { CohereEmulator } from './cohere-emulator';

const emulator = new CohereEmulator({ rejectUnknownFields: true });
let client: CohereClientV2;
let origin: string;

beforeAll(async () => {
  origin = await emulator.start();
  client = new CohereClientV2({ environment: origin, token: 'test-key', maxRetries: 0 });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

async function failureOf(promise: Promise<unknown>): Promise<CohereError> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof CohereError) return failure;
  throw new Error(`no error of the API: ${String(failure)}`);
}

describe('B7 Cohere’s client accepts the emulator', () => {
  const documents = ['Berlin is a capital', 'rivers of Peru', 'Lima is the capital of Peru'];
  const search = { model: 'mock-rerank', query: 'capital of Peru', documents };

  test('rerank: the best first, the same twice, charged by searches', async () => {
    const first = await client.rerank({ ...search, topN: 2 });
    expect(first.results.map(({ index }) => index)).toEqual([2, 1]);
    expect(first.meta?.billedUnits?.searchUnits).toBe(1);
    expect((await client.rerank({ ...search, topN: 2 })).results).toEqual(first.results);
    const many = await client.rerank({ ...search, documents: Array.from({ length: 201 }, () => 'x') });
    expect(many.meta?.billedUnits?.searchUnits).toBe(3);
    expect(emulator.bill()[0]).toMatchObject({ id: first.id, model: 'mock-rerank', promptTokens: 0, billed: true });
  });

  const ask = (content: string) => ({ model: 'mock-command', messages: [{ role: 'user' as const, content }] });
  const weather = {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  };
  const textOf = ({ message }: Cohere.V2ChatResponse) =>
    (message.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('');

  async function eventsOf(request: Cohere.V2ChatStreamRequest): Promise<Cohere.V2ChatStreamResponse[]> {
    const events: Cohere.V2ChatStreamResponse[] = [];
    for await (const event of await client.chatStream(request)) events.push(event);
    return events;
  }

  test('chat: the same answer twice, and what was billed is in the usage beside what was counted', async () => {
    const first = await client.chat(ask('Tell me about rivers'));
    expect(textOf(first)).toMatch(/^You said: Tell me about rivers\./);
    expect(textOf(await client.chat(ask('Tell me about rivers')))).toBe(textOf(first));
    expect(first.finishReason).toBe('COMPLETE');
    expect(emulator.bill()[0]).toMatchObject({
      id: first.id,
      promptTokens: first.usage?.billedUnits?.inputTokens,
      completionTokens: first.usage?.billedUnits?.outputTokens,
      completed: true,
    });
    expect(first.usage?.tokens?.inputTokens).toBeGreaterThan(first.usage?.billedUnits?.inputTokens ?? 0);
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const messages = [
      { role: 'system' as const, content: 'Be brief' },
      { role: 'user' as const, content: 'hi' },
    ];
    const body = JSON.stringify({ model: 'mock-gpt', messages });
    await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body });
    await client.chat({ model: 'mock-command', messages });
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('streams one token per event, and says the same as the whole answer', async () => {
    const events = await eventsOf(ask('Please write 9 tokens'));
    const texts = events.flatMap((event) =>
      event.type === 'content-delta' ? [event.delta?.message?.content?.text ?? ''] : [],
    );
    expect(texts).toHaveLength(9);
    expect(texts.join('')).toBe(textOf(await client.chat(ask('Please write 9 tokens'))));
    const [start, end] = [events[0], events.at(-1)];
    if (start?.type !== 'message-start' || end?.type !== 'message-end') throw new Error('no start or no end');
    expect(start.id).toBe(emulator.bill()[0]?.id);
    expect(end.delta).toMatchObject({ finishReason: 'COMPLETE', usage: { billedUnits: { outputTokens: 9 } } });
  });

  test('calls tools, streamed or not, and takes their results', async () => {
    const request = { ...ask('please use get_weather'), tools: [weather] };
    const called = await client.chat(request);
    expect(called.finishReason).toBe('TOOL_CALL');
    const [call] = called.message.toolCalls ?? [];
    expect(JSON.parse(call?.function?.arguments ?? '')).toEqual({ city: expect.any(String) });
    const events = await eventsOf(request);
    const pieces = events.map((event) =>
      event.type === 'tool-call-delta' ? (event.delta?.message?.toolCalls?.function?.arguments ?? '') : '',
    );
    expect(pieces.join('')).toBe(call?.function?.arguments);
    const answered = await client.chat({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', toolCalls: called.message.toolCalls },
        { role: 'tool', toolCallId: call?.id ?? '', content: 'Drizzle' },
      ],
    });
    expect(textOf(answered)).toContain('get_weather answered: Drizzle');
    const insisted = await client.chat({ ...ask('hello'), tools: [weather], toolChoice: 'REQUIRED' });
    expect(insisted.message.toolCalls).toHaveLength(1);
  });

  test('thinks aloud, writes JSON, sees images, cites documents', async () => {
    const thought = await client.chat({ ...ask('hi'), thinking: { type: 'enabled', tokenBudget: 500 } });
    expect(thought.message.content?.map(({ type }) => type)).toEqual(['thinking', 'text']);
    expect(emulator.bill()[0]).toMatchObject({ reasoningTokens: 12 });
    const jsonSchema = weather.function.parameters;
    const json = await client.chat({ ...ask('as JSON'), responseFormat: { type: 'json_object', jsonSchema } });
    expect(JSON.parse(textOf(json))).toEqual({ city: expect.any(String) });
    const image = { type: 'image_url' as const, imageUrl: { url: 'data:image/png;base64,aGk=' } };
    const seen = await client.chat({ model: 'mock-command', messages: [{ role: 'user', content: [image] }] });
    expect(textOf(seen)).toContain('1 image');
    const cited = await eventsOf({ ...ask('hi'), documents: ['a document'] });
    expect(cited.filter(({ type }) => type.startsWith('citation-'))).toHaveLength(2);
  });

  test('refuses conversations that the API refuses', async () => {
    const user = { role: 'user' as const, content: 'hi' };
    const toolCalls = [{ id: '1', type: 'function' as const, function: { name: 'f', arguments: '{}' } }];
    const conversations: Cohere.ChatMessages[] = [
      [user, { role: 'system', content: 'late' }],
      [user, { role: 'assistant', toolCalls }],
      [user, { role: 'tool', toolCallId: '9', content: 'x' }],
    ];
    for (const messages of conversations) {
      expect((await failureOf(client.chat({ model: 'mock-command', messages }))).statusCode).toBe(400);
    }
    const both = client.chat({ ...ask('hi'), tools: [weather], responseFormat: { type: 'json_object' } });
    expect((await failureOf(both)).statusCode).toBe(400);
    expect(emulator.bill().every(({ billed }) => !billed)).toBe(true);
  });

  test('embed: the same vector for the same text, of the length that was asked for, charged by tokens', async () => {
    const request = { model: 'mock-embed', inputType: 'search_query' as const, embeddingTypes: ['float' as const] };
    const answer = await client.embed({ ...request, texts: ['a river', 'a hill', 'a river'], outputDimension: 5 });
    const [first, second, third] = answer.embeddings.float ?? [];
    expect(first).toHaveLength(5);
    expect(third).toEqual(first);
    expect(second).not.toEqual(first);
    expect(answer.meta?.billedUnits?.inputTokens).toBe(6);
    const images = await client.embed({ ...request, inputType: 'image', images: ['data:image/png;base64,aGk='] });
    expect(images.meta?.billedUnits?.imageTokens).toBe(85);
    expect(emulator.bill().map(({ promptTokens }) => promptTokens)).toEqual([6, 85]);
    const many = client.embed({ ...request, texts: Array.from({ length: 97 }, () => 'x') });
    expect((await failureOf(many)).statusCode).toBe(400);
  });

  test('errors are a sentence with a status', async () => {
    const wrongKey = new CohereClientV2({ environment: origin, token: 'invalid-key', maxRetries: 0 });
    const failures = [
      failureOf(wrongKey.rerank(search)),
      failureOf(client.rerank({ ...search, model: 'unknown-model' })),
      failureOf(client.rerank({ ...search, documents: [] })),
      failureOf(client.rerank({ ...search, model: 'mock-rerank+status-429' })),
    ];
    const saying = (words: string) => expect.objectContaining({ message: expect.stringContaining(words) });
    expect((await Promise.all(failures)).map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [401, saying('invalid api token')],
      [404, saying('unknown-model')],
      [400, saying('documents')],
      [429, saying('per minute request limit')],
    ]);
  });
});
