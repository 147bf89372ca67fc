// B7: the official `@aws-sdk/client-bedrock-runtime` against the emulator. Real: HTTP on loopback, the client.
import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  type Tool,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { BedrockEmulator } from './bedrock-emulator';

const KEYS = { accessKeyId: 'AKIDEMULATOR', secretAccessKey: 'emulator-secret' };
const MODEL = 'us.anthropic.claude-mock-v1:0';

const emulator = new BedrockEmulator({ rejectUnknownFields: true });
let client: BedrockRuntimeClient;
let origin: string;

/** The client speaks HTTP/2 unless told otherwise; the emulators, like the gateway, speak HTTP/1.1. */
const clientWith = (credentials: typeof KEYS & { sessionToken?: string }) =>
  new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: origin,
    credentials,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });

beforeAll(async () => {
  origin = await emulator.start();
  client = clientWith(KEYS);
});
afterAll(async () => {
  client.destroy();
  await emulator.stop();
});
beforeEach(() => emulator.reset());

const ask = (text: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId: MODEL,
  messages: [{ role: 'user', content: [{ text }] }],
  ...more,
});
const WEATHER: Tool = {
  toolSpec: {
    name: 'get_weather',
    inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
};
const contentOf = async (input: ConverseCommandInput): Promise<ContentBlock[]> =>
  (await client.send(new ConverseCommand(input))).output?.message?.content ?? [];
const textOf = (content: readonly ContentBlock[]): string => content.map(({ text }) => text ?? '').join('');

async function failureOf(promise: Promise<unknown>): Promise<BedrockRuntimeServiceException> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof BedrockRuntimeServiceException) return failure;
  throw new Error(`no error of the service: ${String(failure)}`);
}

describe('B7 AWS’s client accepts the emulator', () => {
  test('Converse: same answer twice, and the usage is what was billed', async () => {
    const question = ask('Tell me about rivers', { system: [{ text: 'Be brief' }] });
    const first = await client.send(new ConverseCommand(question));
    const text = textOf(first.output?.message?.content ?? []);
    expect(text).toMatch(/^Following "Be brief", you said: Tell me about rivers\./);
    expect(textOf(await contentOf(question))).toBe(text);
    expect(first.stopReason).toBe('end_turn');
    expect(emulator.bill()[0]).toMatchObject({
      model: MODEL,
      stream: false,
      promptTokens: first.usage?.inputTokens,
      completionTokens: first.usage?.outputTokens,
      completed: true,
      billed: true,
    });
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const messages = [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'hi' },
    ];
    const body = JSON.stringify({ model: 'mock-gpt', messages });
    await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body });
    await client.send(new ConverseCommand(ask('hi', { system: [{ text: 'Be brief' }] })));
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('ConverseStream: one token an event, and the same as the whole answer', async () => {
    const question = ask('Please write 9 tokens about 東京');
    const { stream } = await client.send(new ConverseStreamCommand(question));
    const texts: string[] = [];
    const kinds: string[] = [];
    let outputTokens: number | undefined;
    for await (const event of stream ?? []) {
      kinds.push(Object.keys(event)[0] ?? '');
      if (event.contentBlockDelta?.delta?.text) texts.push(event.contentBlockDelta.delta.text);
      outputTokens = event.metadata?.usage?.outputTokens ?? outputTokens;
    }
    expect(texts.join('')).toBe(textOf(await contentOf(question)));
    expect(texts).toHaveLength(9);
    expect([kinds[0], ...kinds.slice(-3)]).toEqual(['messageStart', 'contentBlockStop', 'messageStop', 'metadata']);
    expect([outputTokens, emulator.bill()[0]?.completionTokens]).toEqual([9, 9]);
  });

  test('an exception inside a stream is the client’s own error', async () => {
    const { stream } = await client.send(
      new ConverseStreamCommand({ ...ask('Please write 9 tokens'), modelId: `${MODEL}+error-after-3` }),
    );
    const read = async () => {
      for await (const _event of stream ?? []);
    };
    expect((await failureOf(read())).name).toBe('ModelStreamErrorException');
  });

  test('calls tools, streamed or not, takes their results, and insists', async () => {
    const toolConfig = { tools: [WEATHER] };
    const called = await contentOf(ask('please use get_weather', { toolConfig }));
    expect(called[0]?.toolUse).toMatchObject({ name: 'get_weather', input: { city: expect.any(String) } });
    const { stream } = await client.send(new ConverseStreamCommand(ask('please use get_weather', { toolConfig })));
    let input = '';
    for await (const event of stream ?? []) input += event.contentBlockDelta?.delta?.toolUse?.input ?? '';
    expect(JSON.parse(input)).toEqual(called[0]?.toolUse?.input);
    const toolResult = { toolUseId: called[0]?.toolUse?.toolUseId, content: [{ text: 'Drizzle' }] };
    const conversation: ConverseCommandInput = {
      modelId: MODEL,
      messages: [
        { role: 'user', content: [{ text: 'please use get_weather' }] },
        { role: 'assistant', content: called },
        { role: 'user', content: [{ toolResult }] },
      ],
    };
    expect(textOf(await contentOf({ ...conversation, toolConfig }))).toContain('get_weather answered: Drizzle');
    expect((await failureOf(contentOf(conversation))).message).toContain('toolConfig field must be defined');
    const forced = { tools: [WEATHER], toolChoice: { tool: { name: 'get_weather' } } };
    expect((await contentOf(ask('hello', { toolConfig: forced })))[0]?.toolUse?.name).toBe('get_weather');
  });

  test('thinks and signs, sees images, writes to a schema, tells the stop sequence', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1_024 };
    const thought = await contentOf(ask('hi', { additionalModelRequestFields: { thinking } }));
    expect(thought[0]?.reasoningContent?.reasoningText?.signature).toMatch(/./);
    expect(emulator.bill()[0]).toMatchObject({ reasoningTokens: 12 });
    const image = { format: 'png' as const, source: { bytes: Buffer.from('hi') } };
    const seen = await contentOf({ modelId: MODEL, messages: [{ role: 'user', content: [{ text: 'x' }, { image }] }] });
    expect(textOf(seen)).toContain('1 image');
    const schema = JSON.stringify(WEATHER.toolSpec?.inputSchema?.json);
    const textFormat = { type: 'json_schema' as const, structure: { jsonSchema: { schema, name: 'weather' } } };
    const json = await contentOf(ask('as JSON', { outputConfig: { textFormat } }));
    expect(JSON.parse(textOf(json))).toEqual({ city: expect.any(String) });
    const stopped = await client.send(
      new ConverseCommand(
        ask('hi', {
          inferenceConfig: { stopSequences: ['said'] },
          additionalModelResponseFieldPaths: ['/stop_sequence'],
        }),
      ),
    );
    expect([stopped.stopReason, stopped.additionalModelResponseFields]).toEqual([
      'stop_sequence',
      { stop_sequence: 'said' },
    ]);
  });

  describe('InvokeModel and its stream', () => {
    const asking = (modelId: string, body: object) => ({
      modelId,
      contentType: 'application/json',
      body: JSON.stringify(body),
    });
    const whole = async (modelId: string, body: object): Promise<Record<string, unknown>> => {
      const answer = await client.send(new InvokeModelCommand(asking(modelId, body)));
      return JSON.parse(answer.body.transformToString()) as Record<string, unknown>;
    };
    const streamed = async (modelId: string, body: object): Promise<Record<string, unknown>[]> => {
      const answer = await client.send(new InvokeModelWithResponseStreamCommand(asking(modelId, body)));
      const documents: Record<string, unknown>[] = [];
      for await (const { chunk } of answer.body ?? []) {
        if (chunk?.bytes) documents.push(JSON.parse(Buffer.from(chunk.bytes).toString()) as Record<string, unknown>);
      }
      return documents;
    };
    const CLAUDE_BODY = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Please write 5 tokens' }],
    };

    test('of Claude is Anthropic’s own wire', async () => {
      const { content, usage } = await whole(MODEL, { ...CLAUDE_BODY, anthropic_beta: ['x'] });
      const events = await streamed(MODEL, CLAUDE_BODY);
      const texts = events.map(({ delta }) => (delta as { text?: string } | undefined)?.text ?? '');
      expect([{ type: 'text', text: texts.join('') }]).toEqual(content);
      expect(events.at(-1)).toMatchObject({
        type: 'message_stop',
        'amazon-bedrock-invocationMetrics': { outputTokenCount: 5 },
      });
      expect(usage).toMatchObject({ output_tokens: 5 });
    });

    test.each([
      ['anthropic_version: Field required', { ...CLAUDE_BODY, anthropic_version: undefined }],
      ['model: Extra inputs are not permitted', { ...CLAUDE_BODY, model: 'm' }],
      ['stream: Extra inputs are not permitted', { ...CLAUDE_BODY, stream: true }],
      ['max_tokens: Field required', { ...CLAUDE_BODY, max_tokens: undefined }],
    ])('of Claude refuses a body with: %s', async (message, body) => {
      const refused = await failureOf(whole(MODEL, body));
      expect([refused.name, refused.message]).toEqual(['ValidationException', message]);
    });

    const HEADER = (name: string): string => `<|start_header_id|>${name}<|end_header_id|>\n\n`;
    test.each([
      [
        'amazon.titan-text-express-v1',
        { inputText: 'Be brief\n\nUser: hi\nBot:' },
        (answer: Record<string, unknown>) => (answer.results as { outputText: string }[])[0]?.outputText,
        (event: Record<string, unknown>) => event.outputText,
      ],
      [
        'meta.llama3-mock',
        {
          prompt: `<|begin_of_text|>${HEADER('system')}Be brief<|eot_id|>${HEADER('user')}hi<|eot_id|>${HEADER('assistant')}`,
        },
        (answer: Record<string, unknown>) => answer.generation,
        (event: Record<string, unknown>) => event.generation,
      ],
      [
        'mistral.mistral-7b-mock',
        { prompt: '<s>[INST] hi [/INST]' },
        (answer: Record<string, unknown>) => (answer.outputs as { text: string }[])[0]?.text,
        (event: Record<string, unknown>) => (event.outputs as { text: string }[])[0]?.text,
      ],
    ])('of %s says one thing either way', async (model, body, textOf, pieceOf) => {
      const text = textOf(await whole(model, body));
      expect(text).toMatch(/hi/);
      expect((await streamed(model, body)).map(pieceOf).join('')).toBe(text);
      const [first, second] = emulator.bill();
      expect([first?.promptTokens, first?.completionTokens]).toEqual([second?.promptTokens, second?.completionTokens]);
    });

    test('refuses what is not in the model’s format', async () => {
      expect((await failureOf(whole('meta.llama3-mock', { prompt: 'hi' }))).name).toBe('ValidationException');
      const exotic = { inputText: 'hi', temperature: 1 };
      expect((await failureOf(whole('amazon.titan-text-lite-v1', exotic))).name).toBe('ValidationException');
    });

    test('an exception inside the stream is the client’s own error', async () => {
      const broken = streamed(`${MODEL}+error-after-3`, CLAUDE_BODY);
      expect((await failureOf(broken)).name).toBe('ModelStreamErrorException');
    });
  });

  test('InvokeModel of Titan and Cohere gives vectors', async () => {
    const invoke = async (modelId: string, body: object): Promise<Record<string, unknown>> => {
      const command = new InvokeModelCommand({ modelId, contentType: 'application/json', body: JSON.stringify(body) });
      return JSON.parse((await client.send(command)).body.transformToString()) as Record<string, unknown>;
    };
    const titan = await invoke('amazon.titan-embed-text-v2:0', { inputText: 'hello', dimensions: 256 });
    expect([titan.embedding, titan.inputTextTokenCount]).toEqual([expect.any(Array), 1]);
    const cohere = await invoke('cohere.embed-english-v3', { texts: ['a', 'b'], input_type: 'search_query' });
    expect(cohere.embeddings).toHaveLength(2);
    const tooMany = { texts: Array.from({ length: 97 }, () => 'a'), input_type: 'search_query' };
    expect((await failureOf(invoke('cohere.embed-english-v3', tooMany))).name).toBe('ValidationException');
  });

  test.each([
    ['a wrong secret', { ...KEYS, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['an unknown key', { ...KEYS, accessKeyId: 'AKIDNOBODY' }, 'UnrecognizedClientException'],
    ['a session that ended', { ...KEYS, sessionToken: 'expired-session' }, 'ExpiredTokenException'],
  ])('refuses %s', async (_title, credentials, name) => {
    const stranger = clientWith(credentials);
    const refused = await failureOf(stranger.send(new ConverseCommand(ask('hi'))));
    stranger.destroy();
    expect([refused.name, refused.$metadata.httpStatusCode]).toEqual([name, 403]);
    expect(emulator.bill().every((row) => !row.billed)).toBe(true);
  });

  test.each([
    ['status-429', 'ThrottlingException', 429],
    ['status-429+code-ModelNotReadyException', 'ModelNotReadyException', 429],
    ['status-503', 'ServiceUnavailableException', 503],
    ['status-400+code-ServiceQuotaExceededException', 'ServiceQuotaExceededException', 400],
    ['status-403', 'AccessDeniedException', 403],
  ])('answers %s as the service does', async (fault, name, status) => {
    const refused = await failureOf(contentOf({ ...ask('hi'), modelId: `${MODEL}+${fault}` }));
    expect([refused.name, refused.$metadata.httpStatusCode]).toEqual([name, status]);
  });

  test('refuses what does not fit, and what nobody has', async () => {
    const long = await failureOf(contentOf(ask('word '.repeat(60_000))));
    expect([long.name, long.message]).toEqual(['ValidationException', 'Input is too long for requested model.']);
    expect((await failureOf(contentOf({ ...ask('hi'), modelId: 'unknown-model' }))).name).toBe(
      'ResourceNotFoundException',
    );
    expect((await failureOf(contentOf(ask(' ')))).message).toContain('blank');
    expect((await failureOf(contentOf(ask('hi', { inferenceConfig: { temperature: 2 } })))).name).toBe(
      'ValidationException',
    );
  });
});
