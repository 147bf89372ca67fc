import type Anthropic from '@anthropic-ai/sdk';
import { eventually, type ProviderEmulator } from '@gateway/testkit';
import OpenAI from 'openai';
import type { GatewayHttp } from './gateway-http';
import { PIXEL_PNG_BASE64, WEATHER_SCHEMA } from './sdk-clients';
import { loggedRequest } from './spend-logs';

/** A provider's emulator behind a gateway, and what its wire cannot express. */
export interface ProviderClientsSubject {
  /** Name of a model for the gateway's clients; faults of the emulator are added to it. */
  readonly model: string;
  readonly emulator: ProviderEmulator;
  /** Clients and ledger, once the mesh is up. */
  started(): { readonly openAi: OpenAI; readonly anthropic: Anthropic; readonly gateway: GatewayHttp };
  /** False where a model cannot be made to call a tool. */
  readonly forcesTools?: boolean;
  /** Nano-USD a token. */
  readonly price: { readonly promptNanoUsd: number; readonly completionNanoUsd: number };
}

const SYSTEM = 'You are a geographer. Answer briefly.';
const QUESTION = 'Tell me about the rivers of Zürich, 東京 and São Paulo 🌊, please.';
const USE_TOOL = 'Please use get_weather for Lima';
const ANTHROPIC_TOOL = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { ...WEATHER_SCHEMA, required: [...WEATHER_SCHEMA.required] },
};
const OPENAI_TOOL = {
  type: 'function' as const,
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA },
};
const ARGUMENTS = { city: expect.stringMatching(/./), days: expect.any(Number) };

/** Everything both vendors' clients may want of a provider's chat, streamed and not, and that the ledger is its bill. */
export function describeProviderClients(name: string, subject: ProviderClientsSubject): void {
  describe(`${name} for clients of OpenAI and Anthropic`, () => {
    describe('answers', () => answerTests(subject));
    describe('calls tools', () => toolTests(subject));
    describe('fails', () => failureTests(subject));
    describe('is booked', () => bookTests(subject));
  });
}

const user = (content: string) => [{ role: 'user' as const, content }];
const chat = (model: string, content = QUESTION) => ({
  model,
  max_tokens: 200,
  messages: [{ role: 'system' as const, content: SYSTEM }, ...user(content)],
});
const messages = (model: string, content = QUESTION) => ({
  model,
  max_tokens: 200,
  system: SYSTEM,
  messages: user(content),
});

const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

async function streamedText(openAi: OpenAI, body: ReturnType<typeof chat>): Promise<string> {
  let text = '';
  for await (const chunk of await openAi.chat.completions.create({ ...body, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

function answerTests({ model, started }: ProviderClientsSubject): void {
  it('A1 A8 B3 with one text, streamed or not, under the name they asked for', async () => {
    const { openAi, anthropic } = started();
    const whole = await openAi.chat.completions.create(chat(model));
    const message = await anthropic.messages.create(messages(model));
    const streamed = await anthropic.messages.stream(messages(model)).finalMessage();
    const texts = [
      whole.choices[0]?.message.content ?? '',
      textOf(message),
      textOf(streamed),
      await streamedText(openAi, chat(model)),
    ];
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('東京');
    expect(texts[0]).toContain('Following "You are a geographer. Answer briefly."');
    expect([whole.model, message.model, streamed.model]).toEqual([model, model, model]);
  });

  it('A1 A8 and say why they end: the end, the length, a stop sequence', async () => {
    const { openAi, anthropic } = started();
    const whole = await openAi.chat.completions.create(chat(model));
    const short = await openAi.chat.completions.create({ ...chat(model), max_tokens: 7 });
    const text = whole.choices[0]?.message.content ?? '';
    const word = text.split(' ')[6] ?? '';
    const stopped = await openAi.chat.completions.create({ ...chat(model), stop: [word] });
    expect([whole, short, stopped].map(({ choices }) => choices[0]?.finish_reason)).toEqual(['stop', 'length', 'stop']);
    expect(short.usage?.completion_tokens).toBe(7);
    expect(stopped.choices[0]?.message.content).toBe(text.slice(0, text.indexOf(word)));
    const cut = await anthropic.messages.create({ ...messages(model), max_tokens: 7 });
    expect([cut.stop_reason, cut.usage.output_tokens]).toEqual(['max_tokens', 7]);
    expect((await anthropic.messages.create(messages(model))).stop_reason).toBe('end_turn');
  });

  it('A1 A8 with usage, which OpenAI’s stream shows only when asked', async () => {
    const { openAi, anthropic } = started();
    const whole = await openAi.chat.completions.create(chat(model));
    const asked = openAi.chat.completions.stream({ ...chat(model), stream_options: { include_usage: true } });
    const tokens = { prompt_tokens: whole.usage?.prompt_tokens, completion_tokens: whole.usage?.completion_tokens };
    expect((await asked.finalChatCompletion()).usage).toMatchObject(tokens);
    const unasked: unknown[] = [];
    for await (const { usage } of await openAi.chat.completions.create({ ...chat(model), stream: true })) {
      unasked.push(usage ?? null);
    }
    expect(new Set(unasked)).toEqual(new Set([null]));
    const { usage } = await anthropic.messages.stream(messages(model)).finalMessage();
    expect(usage).toMatchObject({ input_tokens: tokens.prompt_tokens, output_tokens: tokens.completion_tokens });
  });

  it('B3 with JSON of a schema, and about images', async () => {
    const { openAi, anthropic } = started();
    const json = await openAi.chat.completions.create({
      ...chat(model),
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema: WEATHER_SCHEMA, strict: true } },
    });
    expect(JSON.parse(json.choices[0]?.message.content ?? '')).toEqual(ARGUMENTS);
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL_PNG_BASE64 };
    const seen = await anthropic.messages.create({
      model,
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
    });
    expect(textOf(seen)).toContain('1 image');
    const url = `data:image/png;base64,${PIXEL_PNG_BASE64}`;
    const too = await openAi.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url } },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
    });
    expect(too.choices[0]?.message.content).toBe(textOf(seen));
  });
}

function toolTests({ model, started, forcesTools = true }: ProviderClientsSubject): void {
  const asked = { ...chat(model, USE_TOOL), tools: [OPENAI_TOOL] };

  it.each([false, true])('B3 of OpenAI’s client, and takes their results, streamed: %s', async (stream) => {
    const { openAi } = started();
    const called = stream
      ? await openAi.chat.completions.stream(asked).finalChatCompletion()
      : await openAi.chat.completions.create(asked);
    const { message, finish_reason: reason } = called.choices[0] ?? {};
    const [call] = message?.tool_calls ?? [];
    if (call?.type !== 'function' || !message) throw new Error('no tool was called');
    expect([reason, call.function.name, JSON.parse(call.function.arguments)]).toEqual([
      'tool_calls',
      'get_weather',
      ARGUMENTS,
    ]);
    const { content, tool_calls } = message;
    const answered = await openAi.chat.completions.create({
      ...asked,
      messages: [
        ...asked.messages,
        { role: 'assistant', content, tool_calls },
        { role: 'tool', tool_call_id: call.id, content: 'Drizzle' },
      ],
    });
    expect(answered.choices[0]?.message.content).toContain('get_weather answered: Drizzle');
  });

  it.each([false, true])('B3 of Anthropic’s client, and takes their results, streamed: %s', async (stream) => {
    const { anthropic } = started();
    const question = { ...messages(model, USE_TOOL), tools: [ANTHROPIC_TOOL] };
    const called = stream
      ? await anthropic.messages.stream(question).finalMessage()
      : await anthropic.messages.create(question);
    const use = called.content.find((block) => block.type === 'tool_use');
    expect([called.stop_reason, use?.name, use?.input]).toEqual(['tool_use', 'get_weather', ARGUMENTS]);
    const result = { type: 'tool_result' as const, tool_use_id: use?.id ?? '', content: 'Drizzle' };
    const answered = await anthropic.messages.create({
      ...question,
      messages: [
        ...user(USE_TOOL),
        { role: 'assistant', content: called.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(textOf(answered)).toContain('get_weather answered: Drizzle');
  });

  it('B3 several at once, and none where none may be called', async () => {
    const { openAi } = started();
    const time = { ...OPENAI_TOOL, function: { ...OPENAI_TOOL.function, name: 'get_time' } };
    const both = { ...chat(model, 'use get_weather and use get_time'), tools: [OPENAI_TOOL, time] };
    const called = await openAi.chat.completions.create(both);
    expect(called.choices[0]?.message.tool_calls?.length).toBe(2);
    const ids = called.choices[0]?.message.tool_calls?.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    const refrained = await openAi.chat.completions.create({ ...both, tool_choice: 'none' });
    expect(refrained.choices[0]?.message.tool_calls ?? []).toEqual([]);
  });

  const forced = [
    ['OpenAI’s', { tool_choice: 'required' as const }],
    ['OpenAI’s, by name', { tool_choice: { type: 'function' as const, function: { name: 'get_weather' } } }],
  ] as const;
  it.each(forced)(
    `B3 when it must, as %s client says, ${forcesTools ? 'which it does' : 'which is refused'}`,
    async (_name, choice) => {
      const { openAi } = started();
      const asking = openAi.chat.completions.create({ ...chat(model), tools: [OPENAI_TOOL], ...choice });
      if (forcesTools) expect((await asking).choices[0]?.message.tool_calls).toHaveLength(1);
      else await expect(asking).rejects.toMatchObject({ status: 400, param: 'tool_choice' });
    },
  );
}

async function failureOf(promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof OpenAI.APIError) return failure;
  throw new Error(`it did not fail as OpenAI’s client fails: ${String(failure)}`);
}

function failureTests({ model, started }: ProviderClientsSubject): void {
  it.each([
    ['+status-429+retry-after-7s', 429, 'rate_limited'],
    ['+status-503', 503, 'provider_overloaded'],
    ['+status-500', 502, 'provider_error'],
    ['+status-401', 502, 'provider_auth_failed'],
    ['+status-404', 404, 'model_not_found'],
    ['+status-400', 400, 'invalid_request'],
    ['+malformed-after-0', 502, 'provider_error'],
  ])('B4 with %s as %d %s', async (fault, status, code) => {
    const failure = await failureOf(started().openAi.chat.completions.create(chat(`${model}${fault}`)));
    expect([failure.status, failure.code]).toEqual([status, code]);
    if (fault.includes('retry-after')) expect(failure.headers?.get('retry-after')).toBe('7');
  });

  it.each(['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'])(
    'B3 with one error, never with a shorter answer, when a stream breaks: %s',
    async (fault) => {
      const { openAi, anthropic } = started();
      const long = 'Please write 20 tokens';
      const read = async () => {
        const body = { ...chat(`${model}+${fault}`, long), stream: true as const };
        for await (const { choices } of await openAi.chat.completions.create(body)) {
          expect(choices[0]?.finish_reason ?? null).toBeNull();
        }
      };
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
      await expect(anthropic.messages.stream(messages(`${model}+${fault}`, long)).finalMessage()).rejects.toThrow();
    },
  );
}

function bookTests({ model, emulator, started, price }: ProviderClientsSubject): void {
  it.each([false, true])('D3 for what the provider charges, streamed: %s', async (stream) => {
    const { openAi, gateway } = started();
    emulator.reset();
    const { request_id: requestId, data } = stream
      ? await openAi.chat.completions.create({ ...chat(model), stream: true }).withResponse()
      : await openAi.chat.completions.create(chat(model)).withResponse();
    if (Symbol.asyncIterator in data)
      for await (const chunk of data) expect(chunk.object).toBe('chat.completion.chunk');
    const logged = await loggedRequest(gateway, requestId ?? '');
    const [row] = emulator.bill();
    expect(row).toMatchObject({ completed: true, stream });
    const { promptTokens = 0, completionTokens = 0 } = row ?? {};
    expect(logged).toMatchObject({
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      estimated: false,
      spend_nano_usd: promptTokens * price.promptNanoUsd + completionTokens * price.completionNanoUsd,
    });
  });

  it('C7 up to where the client left: the provider’s call is cancelled', async () => {
    const { openAi, gateway } = started();
    emulator.reset();
    const slow = `${model}+tokens-5000+chunks-20ms`;
    const body = { ...chat(slow), max_tokens: 100_000, stream: true as const };
    const { data: stream, request_id: requestId } = await openAi.chat.completions.create(body).withResponse();
    let chunks = 0;
    for await (const _chunk of stream) if (++chunks > 3) break;
    stream.controller.abort();
    await eventually('the provider to see its client leave', () => emulator.bill()[0]?.cancelledByClient || undefined);
    const row = await loggedRequest(gateway, requestId ?? '');
    expect(row.status).toBe('cancelled');
  });
}
