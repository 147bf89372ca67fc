// B7: the official `@anthropic-ai/sdk` client against the emulator. Real: HTTP on loopback, the client.
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { z } from 'zod';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { AnthropicEmulator } from './anthropic-emulator';

const emulator = new AnthropicEmulator({ rejectUnknownFields: true });
let client: Anthropic;

beforeAll(async () => {
  client = new Anthropic({ baseURL: await emulator.start(), apiKey: 'test-key', maxRetries: 0 });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = (content: string) => ({
  model: 'mock-claude',
  max_tokens: 2_000,
  messages: [{ role: 'user' as const, content }],
});
const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
const weather = {
  name: 'get_weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('B7 the Anthropic client accepts the emulator', () => {
  test('messages: same answer twice, and the usage is what was billed', async () => {
    const first = await client.messages.create({ ...ask('Tell me about rivers'), system: 'Be brief' });
    const second = await client.messages.create({ ...ask('Tell me about rivers'), system: 'Be brief' });
    expect(textOf(first)).toMatch(/^Following "Be brief", you said: Tell me about rivers\./);
    expect(second.content).toEqual(first.content);
    expect(first.stop_reason).toBe('end_turn');
    expect(emulator.bill()[0]).toMatchObject({
      id: first.id,
      requestId: first._request_id,
      promptTokens: first.usage.input_tokens,
      completionTokens: first.usage.output_tokens,
      completed: true,
      billed: true,
    });
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const origin = await other.start();
    const body = JSON.stringify({
      model: 'mock-gpt',
      messages: [{ role: 'system', content: 'Be brief' }, ...ask('hi').messages],
    });
    const headers = { authorization: 'Bearer key' };
    const reply = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body });
    const { choices, usage } = (await reply.json()) as {
      choices: [{ message: { content: string } }];
      usage: { prompt_tokens: number; completion_tokens: number };
    };
    await other.stop();
    const message = await client.messages.create({ ...ask('hi'), system: 'Be brief' });
    expect(textOf(message)).toBe(choices[0].message.content);
    expect(message.usage).toMatchObject({ input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens });
  });

  test('stream: one token a chunk, a ping, and the same message in the end', async () => {
    const whole = await client.messages.create(ask('Tell me about rivers'));
    const events: string[] = [];
    const texts: string[] = [];
    const stream = client.messages.stream(ask('Tell me about rivers'));
    stream.on('streamEvent', (event) => events.push(event.type)).on('text', (delta) => texts.push(delta));
    const final = await stream.finalMessage();
    expect(final.content).toEqual(whole.content);
    expect(final.usage).toEqual(whole.usage);
    expect(texts).toHaveLength(whole.usage.output_tokens);
    expect(events.filter((type) => type !== 'content_block_delta')).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(emulator.bill()[1]).toMatchObject({ completionTokens: texts.length, completed: true, stream: true });
    const raw = await client.messages.create({ ...ask('hi'), stream: true }).asResponse();
    expect(await raw.text()).toContain('event: ping\ndata: {"type":"ping"}\n\n');
  });

  test('tools: uses with input of the schema, whole and in fragments, several at once', async () => {
    const clock = {
      name: 'get_time',
      input_schema: { type: 'object' as const, properties: { zone: { type: 'string' } } },
    };
    const request = { ...ask('use get_weather and use get_time'), tools: [weather, clock] };
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    expect(whole.stop_reason).toBe('tool_use');
    expect(whole.content).toMatchObject([
      { type: 'tool_use', name: 'get_weather', input: { city: expect.any(String) } },
      { type: 'tool_use', name: 'get_time', input: { zone: expect.any(String) } },
    ]);
    expect(streamed.content).toEqual(whole.content);
  });

  test('tool runner: the loop ends with an answer about the results', async () => {
    const asked: unknown[] = [];
    const tool = betaTool({
      name: 'get_weather',
      description: 'the weather',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      run: (input) => {
        asked.push(input);
        return 'sunny and warm';
      },
    });
    const final = await client.beta.messages.toolRunner({ ...ask('use get_weather'), tools: [tool] });
    expect(final.content).toMatchObject([
      {
        type: 'text',
        text: expect.stringMatching(/^The tool get_weather answered: sunny and warm; you said: use get_weather\./),
      },
    ]);
    expect(asked).toEqual([{ city: expect.any(String) }]);
    // The runner first asks for a conversation at the server, is refused in words it knows, and goes on without.
    expect(emulator.bill().map((row) => row.status)).toEqual([400, 200, 200]);
  });

  test('vision, stop sequences and limits', async () => {
    const image = { type: 'base64' as const, media_type: 'image/png' as const, data: 'iVBORw0KGgo=' };
    const seen = await client.messages.create({
      ...ask(''),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: image },
            { type: 'text', text: 'what is it?' },
          ],
        },
      ],
    });
    expect(textOf(seen)).toMatch(/^I saw 1 image;/);
    const stopped = await client.messages.create({ ...ask('hi there'), stop_sequences: [' there'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: ' there' });
    expect(textOf(stopped)).toBe('You said: hi');
    const cut = await client.messages.create({ ...ask('hi there'), max_tokens: 3 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
  });

  test('thinking: its own block, signed, streamed and billed', async () => {
    const request = { ...ask('hi'), thinking: { type: 'enabled' as const, budget_tokens: 1_024 } };
    const thoughts: string[] = [];
    const whole = await client.messages.create(request);
    const streamed = await client.messages
      .stream(request)
      .on('thinking', (delta) => thoughts.push(delta))
      .finalMessage();
    expect(whole.content[0]).toMatchObject({ type: 'thinking', signature: expect.stringMatching(/.+/) });
    expect(streamed.content).toEqual(whole.content);
    expect(thoughts).toHaveLength(12);
    expect(whole.usage.output_tokens_details).toEqual({ thinking_tokens: 12 });
    expect(emulator.bill()).toMatchObject([{ reasoningTokens: 12 }, { completionTokens: whole.usage.output_tokens }]);
  });

  test('JSON schema: parse gives a value of the type', async () => {
    const Event = z.object({ name: z.string(), day: z.enum(['mon', 'tue']), people: z.array(z.string()) });
    const parsed = await client.messages.parse({ ...ask('plan'), output_config: { format: zodOutputFormat(Event) } });
    expect(Event.safeParse(parsed.parsed_output).success).toBe(true);
  });

  test('cached reads and writes are parts of the prompt', async () => {
    const { input_tokens: prompt } = await client.messages.countTokens({
      model: 'mock-claude',
      messages: ask('one two three').messages,
    });
    const { usage } = await client.messages.create({
      ...ask('one two three'),
      model: 'mock-claude+cached-3+cache-write-2',
    });
    expect(usage).toMatchObject({
      input_tokens: prompt - 5,
      cache_read_input_tokens: 3,
      cache_creation_input_tokens: 2,
    });
    expect(emulator.bill()).toMatchObject([{ promptTokens: prompt, cachedTokens: 3, cacheWriteTokens: 2 }]);
  });

  test('models', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toContain('mock-claude');
    expect(await client.models.retrieve('mock-claude')).toMatchObject({ id: 'mock-claude', type: 'model' });
  });
});

describe('B7 the Anthropic client raises its typed errors', () => {
  test.each([
    ['mock-claude', 'invalid-key', Anthropic.AuthenticationError, { status: 401, type: 'authentication_error' }],
    ['unknown-model', 'key', Anthropic.NotFoundError, { status: 404, type: 'not_found_error' }],
    ['mock-claude+status-400', 'key', Anthropic.BadRequestError, { status: 400, type: 'invalid_request_error' }],
    ['mock-claude+status-403', 'key', Anthropic.PermissionDeniedError, { status: 403, type: 'permission_error' }],
    ['mock-claude+status-429', 'key', Anthropic.RateLimitError, { status: 429, type: 'rate_limit_error' }],
    ['mock-claude+status-500', 'key', Anthropic.InternalServerError, { status: 500, type: 'api_error' }],
    ['mock-claude+status-529', 'key', Anthropic.InternalServerError, { status: 529, type: 'overloaded_error' }],
    ['mock-claude+close-before-headers', 'key', Anthropic.APIConnectionError, { status: undefined }],
  ])('%s with %s', async (model, apiKey, type, fields) => {
    const error = await client
      .withOptions({ apiKey })
      .messages.create({ ...ask('hi'), model })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(fields);
    expect(emulator.bill()).toMatchObject([{ billed: false, promptTokens: 0 }]);
  });

  test('the version header is compulsory', async () => {
    const url = `${client.baseURL}/v1/messages`;
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'x-api-key': 'key' },
      body: JSON.stringify(ask('hi')),
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      type: 'error',
      error: { message: expect.stringContaining('anthropic-version') },
    });
  });

  test('retry-after is obeyed: the second try comes no sooner and succeeds', async () => {
    const started = Date.now();
    const model = 'mock-claude+status-529+retry-after-0.3s+times-1';
    const message = await client.withOptions({ maxRetries: 1 }).messages.create({ ...ask('hi'), model });
    expect(message.stop_reason).toBe('end_turn');
    const [refused, served] = emulator.bill();
    expect([refused!.status, served!.status]).toEqual([529, 200]);
    expect(served!.startedAtUnixMs - started).toBeGreaterThanOrEqual(300);
  });

  test('a stream cut in the middle raises after exactly the tokens that were billed', async () => {
    const texts: string[] = [];
    const stream = client.messages.stream({ ...ask('hi'), model: 'mock-claude+cut-after-4' });
    stream.on('text', (delta) => texts.push(delta));
    await expect(stream.finalMessage()).rejects.toThrow('terminated');
    expect(texts).toHaveLength(4);
    expect(emulator.bill()).toMatchObject([{ completionTokens: 4, completed: false, billed: true }]);
  });

  test('an error event in the stream raises an error of its type', async () => {
    const stream = client.messages.stream({ ...ask('hi'), model: 'mock-claude+error-after-2' });
    const error = await stream.finalMessage().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ type: 'overloaded_error' });
    expect(emulator.bill()).toMatchObject([{ completionTokens: 2, completed: false }]);
  });
});
