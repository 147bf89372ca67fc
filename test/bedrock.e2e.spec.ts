// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients, AWS's own credential chain. Emulated: Bedrock
// and STS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { BedrockEmulator, eventually } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { PIXEL_PNG_BASE64, sdkClients, WEATHER_SCHEMA } from './support/sdk-clients';
import { loggedRequests } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const SECRET = 'hush-aws-secret-4711';
const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 5e-6 };
const QUESTION = 'Tell me about the rivers of Zürich and 東京 🌊, please.';
const CLAUDE = 'anthropic.claude-mock-v1:0';
const SONNET = 'eu.anthropic.claude-sonnet-4-5-mock-v1:0';
const NOVA = 'amazon.nova-mock-v1:0';
const ARN = 'arn:aws:bedrock:eu-west-3:123456789012:application-inference-profile/mock';

const bedrock = new BedrockEmulator({
  rejectUnknownFields: true,
  accessKeys: { AKIDOWN: SECRET, AKIDSHARED: 'shared-secret', AKIDPROFILE: 'profile-secret' },
});
const home = mkdtempSync(join(tmpdir(), 'bedrock-e2e-'));
const pictures = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  response.end(Buffer.from(PIXEL_PNG_BASE64, 'base64'));
});
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;

/** A group of one Bedrock deployment; `*` takes the emulator's faults in the name. */
const group = (name: string, params: Readonly<Record<string, unknown>>, info: object = PRICE): ModelEntry => ({
  model_name: name,
  litellm_params: { model: `bedrock/converse/${CLAUDE}${name.endsWith('*') ? '*' : ''}`, ...params },
  model_info: { id: name.replace('*', ''), ...info },
});

beforeAll(async () => {
  const endpoint = await bedrock.start();
  await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
  const at = (params: Readonly<Record<string, unknown>>) => ({ aws_bedrock_runtime_endpoint: endpoint, ...params });
  const keys = { aws_access_key_id: 'AKIDOWN', aws_secret_access_key: 'os.environ/MY_AWS_SECRET' };
  const role = { ...keys, aws_role_name: 'arn:aws:iam::1:role/models', aws_sts_endpoint: endpoint };
  const shared = join(home, 'credentials');
  writeFileSync(shared, '[mine]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = profile-secret\n');
  mesh = await startTestMesh({
    emulators: false,
    extraServiceEnvironment: {
      'provider-workers': {
        LLM_GATEWAY_REMOTE_CONTENT: 'any',
        MY_AWS_SECRET: SECRET,
        AWS_ACCESS_KEY_ID: 'AKIDSHARED',
        AWS_SECRET_ACCESS_KEY: 'shared-secret',
        AWS_SHARED_CREDENTIALS_FILE: shared,
        AWS_CONFIG_FILE: join(home, 'none'),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: 'eu-central-1',
        NODE_NO_WARNINGS: '1',
      },
    },
    configYaml: configurationYaml([
      group('by-keys*', at(keys)),
      group('by-bearer', at({ api_key: 'bedrock-key' })),
      group('by-chain', at({ aws_region_name: 'us-east-1' })),
      group('by-profile', at({ aws_profile_name: 'mine', model: `bedrock/us-west-2/${CLAUDE}` })),
      group('by-role', at(role)),
      group('by-web-identity', at({ ...role, aws_web_identity_token: 'a.b.c' })),
      group('by-arn', at({ ...keys, model: `bedrock_converse/${ARN}` })),
      group('short', at({ ...role, aws_role_name: 'arn:aws:iam::1:role/short+lifetime-10s' })),
      group('sonnet*', at({ ...keys, model: `bedrock/converse/${SONNET}*` })),
      group('nova*', at({ ...keys, model: `bedrock/${NOVA}*` })),
      group(
        'guarded',
        at({
          ...keys,
          temperature: 0.25,
          max_tokens: 7,
          extra_body: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
        }),
      ),
      group('wrong-secret', at({ aws_access_key_id: 'AKIDOWN', aws_secret_access_key: 'wrong-secret' })),
      group('wrong-role', at({ ...role, aws_role_name: 'arn:aws:iam::1:role/forbidden' })),
      group('no-profile', at({ aws_profile_name: 'nobody' })),
      group('half', at({ aws_access_key_id: 'AKIDOWN' })),
      group('dropping', at({ ...keys, drop_params: true })),
      group('titan', at({ ...keys, model: 'bedrock/amazon.titan-embed-text-v2:0' })),
      group('cohere', at({ ...keys, model: 'bedrock/cohere.embed-english-v3' })),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await bedrock.stop();
  pictures.close();
  rmSync(home, { recursive: true, force: true });
});

/** Where the running test begins in the emulator's books, which go through to the end. */
const begun = { bill: 0, requests: 0 };
beforeEach(() => {
  begun.bill = bedrock.bill().length;
  begun.requests = bedrock.requests().length;
});
const bill = () => bedrock.bill().slice(begun.bill);
const requests = () => bedrock.requests().slice(begun.requests);
const modelCalls = () => requests().filter(({ path }) => path.startsWith('/model/'));
const lastBody = (): Record<string, unknown> => JSON.parse(modelCalls().at(-1)?.body ?? '{}');

const chat = (model: string, content = QUESTION) => ({ model, messages: [{ role: 'user' as const, content }] });
const messages = (model: string, content = QUESTION) => ({ ...chat(model, content), max_tokens: 200 });
const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const TOOL = { name: 'get_weather', input_schema: { ...WEATHER_SCHEMA, required: [...WEATHER_SCHEMA.required] } };
const FUNCTION: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', parameters: WEATHER_SCHEMA },
};
const FORMAT = {
  type: 'json_schema' as const,
  json_schema: { name: 'weather', strict: true, schema: WEATHER_SCHEMA },
};
const WEATHER = { city: expect.stringMatching(/./), days: expect.any(Number) };

const failureOf = async (promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (error instanceof OpenAI.APIError) return error;
  throw new Error('it did not fail as OpenAI’s client fails');
};

describe.each(['by-keys', 'by-bearer', 'by-chain', 'by-profile', 'by-role', 'by-web-identity', 'by-arn'])(
  'the deployment %s',
  (model) => {
    it('A1 A8 B3 B5 answers both vendors’ clients, streamed or not, with one text and one bill', async () => {
      const texts: string[] = [];
      const whole = await openAi.chat.completions.create(chat(model));
      texts.push(whole.choices[0]?.message.content ?? '');
      expect([whole.model, whole.choices[0]?.finish_reason]).toEqual([model, 'stop']);
      expect(whole.id).toMatch(/./);
      let streamed = '';
      for await (const chunk of await openAi.chat.completions.create({ ...chat(model), stream: true })) {
        streamed += chunk.choices[0]?.delta.content ?? '';
      }
      texts.push(streamed);
      for (const message of [
        await anthropic.messages.create(messages(model)),
        await anthropic.messages.stream(messages(model)).finalMessage(),
      ]) {
        expect(message.stop_reason).toBe('end_turn');
        texts.push(textOf(message));
      }
      expect(new Set(texts).size).toBe(1);
      expect(texts[0]).toContain('東京');
      const name = model === 'by-arn' ? ARN : CLAUDE;
      expect(bill().map((row) => [row.model, row.completed])).toEqual(new Array(4).fill([name, true]));
    });
  },
);

describe('a Bedrock call', () => {
  it('B5 is signed by whom and for where its deployment says', async () => {
    const seen: unknown[] = [];
    for (const model of ['by-keys', 'by-bearer', 'by-chain', 'by-profile', 'by-role', 'by-arn']) {
      await openAi.chat.completions.create(chat(model));
      const { authorization = '', 'x-amz-security-token': session } = modelCalls().at(-1)?.headers ?? {};
      const scope = /Credential=([A-Z]+)\d*\/\d{8}\/([a-z0-9-]+)\//.exec(authorization)?.slice(1).join(' ');
      seen.push([scope ?? authorization, session?.replace(/\d+$/, 'N')]);
    }
    expect(seen).toEqual([
      ['AKIDOWN eu-central-1', undefined],
      ['Bearer bedrock-key', undefined],
      ['AKIDSHARED us-east-1', undefined],
      ['AKIDPROFILE us-west-2', undefined],
      ['ASIAEMULATOR eu-central-1', 'lent-session-N'],
      ['AKIDOWN eu-west-3', undefined],
    ]);
  });

  it('B5 borrows a role once for a crowd, renews it before it ends, and none is ever refused', async () => {
    await Promise.all(Array.from({ length: 20 }, () => openAi.chat.completions.create(chat('short'))));
    const keyOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      /Credential=([A-Z0-9]+)/.exec(headers.authorization ?? '')?.[1];
    await eventually('a call with other credentials', async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await openAi.chat.completions.create(chat('short'));
      return new Set(modelCalls().map(keyOf)).size >= 2 ? true : undefined;
    });
    expect(bill().filter((row) => row.status !== 200)).toEqual([]);
    // Each call of STS lends other credentials: none was called for that was not used.
    const lent = requests().filter(({ path }) => path === '/').length;
    expect(lent).toBeLessThanOrEqual(new Set(modelCalls().map(keyOf)).size + 1);
  });

  it('B2 has a deployment’s own settings, guardrails among them, where the wire has them', async () => {
    const answer = await openAi.chat.completions.create(chat('guarded'));
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(lastBody()).toMatchObject({
      inferenceConfig: { temperature: 0.25, maxTokens: 7 },
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
    });
  });

  it('A8 puts cache points where the client marked its prompt, and reports what the cache read and wrote', async () => {
    const marked = (text: string) => ({ type: 'text' as const, text, cache_control: { type: 'ephemeral' as const } });
    const answer = await anthropic.messages.create({
      model: 'by-keys+cached-6+cache-write-4',
      max_tokens: 100,
      system: [marked('Be brief')],
      tools: [{ ...TOOL, cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [{ role: 'user', content: [marked('hi')] }],
    });
    expect(answer.usage).toMatchObject({ cache_read_input_tokens: 6, cache_creation_input_tokens: 4 });
    expect(answer.usage.input_tokens).toBe((bill()[0]?.promptTokens ?? 0) - 10);
    const point = { cachePoint: { type: 'default' } };
    expect(lastBody()).toMatchObject({
      system: [{ text: 'Be brief' }, point],
      messages: [{ content: [{ text: 'hi' }, point] }],
      toolConfig: { tools: [expect.anything(), { cachePoint: { type: 'default', ttl: '1h' } }] },
    });
  });
});

describe.each(['by-keys', 'sonnet', 'nova'])('at the model of %s', (model) => {
  it('A1 passes images and PDFs as bytes, and gets the bytes behind an address', async () => {
    const image_url = (url: string) => ({ type: 'image_url' as const, image_url: { url } });
    const ask = (url: string) =>
      openAi.chat.completions.create({
        model,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image_url(url)] }],
      });
    const seen = await ask(`data:image/png;base64,${PIXEL_PNG_BASE64}`);
    expect(seen.choices[0]?.message.content).toMatch(/\b1 image/i);
    const address = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/pixel.png`;
    expect((await ask(address)).choices[0]?.message.content).toMatch(/\b1 image/i);
    expect(lastBody()).toMatchObject({
      messages: [{ content: [{}, { image: { format: 'png', source: { bytes: PIXEL_PNG_BASE64 } } }] }],
    });
    const source = { type: 'base64' as const, media_type: 'application/pdf' as const, data: 'JVBERi0xLjQK' };
    await anthropic.messages.create({
      ...messages(model),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', title: 'Q3 — “figures”', source },
            { type: 'text', text: 'x' },
          ],
        },
      ],
    });
    expect(lastBody()).toMatchObject({
      messages: [
        { content: [{ document: { format: 'pdf', name: 'Q3 figures 1', source: { bytes: source.data } } }, {}] },
      ],
    });
  });

  it('A1 A8 calls tools, streamed or not, and takes their results', async () => {
    const question = { ...chat(model, 'Please use get_weather for Lima'), tools: [FUNCTION] };
    const called = await openAi.chat.completions.create(question);
    const call = called.choices[0]?.message.tool_calls?.[0];
    if (call?.type !== 'function') throw new Error('no function was called');
    expect(called.choices[0]?.finish_reason).toBe('tool_calls');
    expect(JSON.parse(call.function.arguments)).toEqual(WEATHER);
    const streamed = await openAi.chat.completions.stream(question).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ type: 'function', function: call.function });
    const answered = await openAi.chat.completions.create({
      model,
      // Without tools: what the conversation used is named for the client.
      messages: [
        ...question.messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'Drizzle' },
      ],
    });
    expect(answered.choices[0]?.message.content).toContain('get_weather answered: Drizzle');
    const use = await anthropic.messages
      .stream({ ...messages(model, 'use get_weather'), tools: [TOOL] })
      .finalMessage();
    expect([use.stop_reason, use.content[0]]).toEqual(['tool_use', expect.objectContaining({ input: WEATHER })]);
  });

  it('A1 insists on a tool, and refrains from all', async () => {
    const forced = await openAi.chat.completions.create({ ...chat(model), tools: [FUNCTION], tool_choice: 'required' });
    expect(forced.choices[0]?.message.tool_calls).toHaveLength(1);
    const none = { ...chat(model, 'use get_weather'), tools: [FUNCTION], tool_choice: 'none' as const };
    expect((await openAi.chat.completions.create(none)).choices[0]?.message.tool_calls).toBeUndefined();
  });

  it.each([false, true])('A1 gives JSON of the schema the client sets, streamed: %s', async (stream) => {
    const question = { ...chat(model, 'The weather in Lima, as JSON'), response_format: FORMAT };
    const answer = stream
      ? await openAi.chat.completions.stream(question).finalChatCompletion()
      : await openAi.chat.completions.create(question);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.choices[0]?.message.tool_calls ?? []).toEqual([]);
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual(WEATHER);
    expect('outputConfig' in lastBody()).toBe(model === 'sonnet');
  });

  it('A1 tells why it stopped', async () => {
    const short = await openAi.chat.completions.create({ ...chat(model), max_tokens: 7 });
    expect([short.choices[0]?.finish_reason, short.usage?.completion_tokens]).toEqual(['length', 7]);
    const stopped = await anthropic.messages.create({ ...messages(model), stop_sequences: ['rivers'] });
    // Only Anthropic's models say which one it was.
    expect([stopped.stop_reason, stopped.stop_sequence]).toEqual(['stop_sequence', model === 'nova' ? null : 'rivers']);
    const filtered = await openAi.chat.completions.create(chat(`${model}+finish-guardrail_intervened`));
    expect(filtered.choices[0]?.finish_reason).toBe('content_filter');
  });
});

describe('thinking', () => {
  const thinking = { type: 'enabled' as const, budget_tokens: 1_024 };

  it.each([false, true])(
    'B3 is shown to Anthropic’s client and returned with its signature, streamed: %s',
    async (stream) => {
      const question = { ...messages('by-keys', 'use get_weather'), max_tokens: 2_000, thinking, tools: [TOOL] };
      const called = stream
        ? await anthropic.messages.stream(question).finalMessage()
        : await anthropic.messages.create(question);
      expect(called.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
      const [thought, use] = called.content;
      if (thought?.type !== 'thinking' || use?.type !== 'tool_use') throw new Error('no thought and no tool');
      const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'Drizzle' };
      await anthropic.messages.create({
        ...question,
        messages: [
          ...question.messages,
          { role: 'assistant', content: called.content },
          { role: 'user', content: [result] },
        ],
      });
      const { thinking: text, signature } = thought;
      expect(lastBody()).toMatchObject({
        additionalModelRequestFields: { thinking },
        inferenceConfig: { maxTokens: 2_000 },
        messages: [
          {},
          { content: [{ reasoningContent: { reasoningText: { text, signature } } }, { toolUse: {} }] },
          {},
        ],
      });
    },
  );

  it('B3 is asked of each maker’s model in its own way, or refused by name', async () => {
    const ask = (model: string) => openAi.chat.completions.create({ ...chat(model), reasoning_effort: 'low' });
    await ask('sonnet');
    expect(lastBody()).toMatchObject({ additionalModelRequestFields: { thinking: { type: 'enabled' } } });
    const refused = await failureOf(ask('nova'));
    expect([refused.code, refused.param]).toEqual(['unsupported_parameter', 'reasoning_effort']);
  });
});

describe('what the wire cannot say', () => {
  it('B3 is refused by its name, or left out where parameters may be dropped', async () => {
    const refused = await failureOf(openAi.chat.completions.create({ ...chat('by-keys'), seed: 1 }));
    expect([refused.status, refused.code, refused.param]).toEqual([400, 'unsupported_parameter', 'seed']);
    const answer = await openAi.chat.completions.create({ ...chat('dropping'), seed: 1, n: 2, logit_bias: { 1: 2 } });
    expect(answer.choices).toHaveLength(1);
  });
});

describe('Bedrock’s refusals', () => {
  it.each([
    ['by-keys+status-429+retry-after-7s', 429, 'rate_limited'],
    ['by-keys+status-400+code-ServiceQuotaExceededException', 429, 'insufficient_quota'],
    ['by-keys+status-404', 404, 'model_not_found'],
    ['by-keys+status-429+code-ModelNotReadyException', 503, 'provider_overloaded'],
    ['by-keys+status-503', 503, 'provider_overloaded'],
    ['by-keys+status-400', 400, 'invalid_request'],
    ['by-keys+status-403', 502, 'provider_auth_failed'],
    ['wrong-secret', 502, 'provider_auth_failed'],
  ])('B4 %s is %d %s', async (model, status, code) => {
    const failure = await failureOf(openAi.chat.completions.create(chat(model)));
    expect([failure.status, failure.code]).toEqual([status, code]);
    if (model.includes('retry-after')) expect(failure.headers?.get('retry-after')).toBe('7');
    expect(JSON.stringify(failure.error)).not.toMatch(/hush|AKID|secret-/);
    expect(bill().filter((row) => row.billed)).toEqual([]);
  });

  it('B4 a prompt that does not fit is told apart, to both clients', async () => {
    const long = 'word '.repeat(55_000);
    const failure = await failureOf(openAi.chat.completions.create(chat('by-keys', long)));
    expect([failure.status, failure.code]).toEqual([400, 'context_length_exceeded']);
    await expect(anthropic.messages.create(messages('by-keys', long))).rejects.toMatchObject({ status: 400 });
  });

  it.each(['no-profile', 'half', 'wrong-role'])(
    'B6 %s: a deployment without credentials is not served',
    async (model) => {
      const failure = await failureOf(openAi.chat.completions.create(chat(model)));
      expect(failure.status).toBeGreaterThanOrEqual(500);
      expect(modelCalls()).toEqual([]);
    },
  );
});

describe('streams', () => {
  it.each(['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'])(
    'B3 that break become one error, never a shorter answer: %s',
    async (fault) => {
      const read = async () => {
        const stream = true as const;
        const chunks = await openAi.chat.completions.create({ ...chat(`by-keys+${fault}`, 'write 20 tokens'), stream });
        for await (const chunk of chunks) expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
      };
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    },
  );

  it('B3 an exception before the first token has its own class', async () => {
    const model = 'by-keys+error-after-0+code-ThrottlingException';
    const failure = await failureOf(openAi.chat.completions.create({ ...chat(model), stream: true }));
    expect([failure.status, failure.code]).toEqual([429, 'rate_limited']);
  });

  it('B3 end at the provider when the client leaves', async () => {
    const stream = true as const;
    const model = 'by-keys+chunks-50ms';
    const chunks = await openAi.chat.completions.create({ ...chat(model, 'write 500 tokens'), stream });
    for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) break;
    const row = await eventually('the call to be over', async () => bill().find((one) => one.endedAtUnixMs !== null));
    expect([row.cancelledByClient, row.completionTokens < 500]).toEqual([true, true]);
  });
});

describe('embeddings', () => {
  it('A4 come from Titan with the length the client wants, signed and counted', async () => {
    const { data, usage, model } = await openAi.embeddings.create({ model: 'titan', input: 'hello', dimensions: 256 });
    expect([data.length, data[0]?.embedding.length, model]).toEqual([1, 256, 'titan']);
    expect(usage.prompt_tokens).toBe(bill()[0]?.promptTokens);
    expect(lastBody()).toEqual({ inputText: 'hello', dimensions: 256 });
  });

  it('A4 come from Cohere for many inputs at once, and equal texts get equal vectors', async () => {
    const { data } = await openAi.embeddings.create({ model: 'cohere', input: ['a', 'b', 'a'] });
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(data[0]?.embedding).toEqual(data[2]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
  });

  it('A4 of several inputs are refused by name where the model takes one a call', async () => {
    const refused = await failureOf(openAi.embeddings.create({ model: 'titan', input: ['a', 'b'] }));
    expect([refused.status, refused.code, refused.param]).toEqual([400, 'unsupported_parameter', 'input']);
    expect(modelCalls()).toEqual([]);
  });
});

it('D3 the ledger is Bedrock’s bill', async () => {
  // Left out: of a stream that became unreadable the emulator may or may not have written the rest before the worker hung up.
  const isCounted = ({ model }: { model: string }) => !model.includes('+malformed');
  const completed = bedrock.bill().filter((row) => row.completed && row.billed && isCounted(row));
  const totalOf = <Row>(rows: readonly Row[], tokens: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + tokens(row), 0);
  expect(completed.length).toBeGreaterThan(80);
  const booked = await eventually('every call in the ledger', async () => {
    const attempts = (await loggedRequests(gateway)).flatMap((row) => row.attempts);
    const exact = attempts.filter((attempt) => attempt.billable && !attempt.estimated);
    return exact.length >= completed.length ? exact : undefined;
  });
  expect([
    booked.length,
    totalOf(booked, (row) => row.prompt_tokens),
    totalOf(booked, (row) => row.completion_tokens),
  ]).toEqual([
    completed.length,
    totalOf(completed, (row) => row.promptTokens),
    totalOf(completed, (row) => row.completionTokens),
  ]);
});
