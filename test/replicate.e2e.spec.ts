// Real: the whole mesh, PostgreSQL, NATS, Redis, the vendors' own clients. Emulated: Replicate.
import Anthropic from '@anthropic-ai/sdk';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually, ReplicateEmulator } from '@gateway/testkit';
import OpenAI from 'openai';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, type ModelEntry } from './support/test-configuration';

const NANO_USD = { prompt: 1_000, completion: 5_000, image: 40_000_000 };
const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 5e-6 };
type Fields = Readonly<Record<string, unknown>>;

const QUESTION = 'Tell me about the rivers of Zürich and 東京 🌊, please.';

const replicate = new ReplicateEmulator();
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  const api_base = `${await replicate.start()}/v1`;
  const group = (name: string, model: string, params: Fields = {}, price: Fields = PRICE): ModelEntry => ({
    model_name: name,
    litellm_params: { model: `replicate/${model}`, api_base, api_key: 'the-token', ...params },
    model_info: price,
  });
  mesh = await startTestMesh({
    emulators: false,
    configYaml: configurationYaml([
      group('llama*', 'meta/mock-llama*'),
      group('queued*', 'meta/mock-queued*'),
      group('deployed', 'deployments/me/mine', { temperature: 0.25, min_tokens: 3 }),
      group('impatient', 'meta/mock-queued', { timeout: 0.3 }),
      group('wrong-key', 'meta/mock-llama', { api_key: 'invalid-key' }),
      group('dropping', 'meta/mock-llama', { drop_params: true }),
      group('flux*', 'black-forest-labs/mock-flux*', {}, { output_cost_per_image: NANO_USD.image / 1e9 }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi, anthropic } = sdkClients(mesh.url, mesh.masterKey));
});

afterAll(async () => {
  await mesh?.stop();
  await replicate.stop();
});

beforeEach(() => replicate.reset());

const chat = (model: string, content = QUESTION) => ({
  model,
  max_tokens: 200,
  messages: [{ role: 'user' as const, content }],
});
const asked = () => replicate.requests().map(({ method, path }) => `${method} ${path.replace(/prediction\d+/, 'ID')}`);

async function streamedText(body: ReturnType<typeof chat>): Promise<string> {
  let text = '';
  for await (const chunk of await openAi.chat.completions.create({ ...body, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

describe('a prediction of Replicate', () => {
  it.each(['llama', 'queued'])('A1 A8 B3 of %s is one text for either client, streamed or not', async (model) => {
    const whole = await openAi.chat.completions.create(chat(model));
    const message = await anthropic.messages.create(chat(model));
    const streamed = await anthropic.messages.stream(chat(model)).finalMessage();
    const texts = [message, streamed].map(({ content: [block] }) => (block?.type === 'text' ? block.text : ''));
    texts.push(whole.choices[0]?.message.content ?? '', await streamedText(chat(model)));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('東京');
    expect([whole.model, streamed.model, whole.choices[0]?.finish_reason]).toEqual([model, model, 'stop']);
    expect(whole.id).toMatch(/./);
  });

  it('B2 is begun and streamed, or begun and asked after', async () => {
    await openAi.chat.completions.create(chat('queued'));
    expect(asked()).toEqual([
      'POST /v1/models/meta/mock-queued/predictions',
      'GET /v1/predictions/ID',
      'GET /v1/predictions/ID',
      'GET /v1/predictions/ID',
    ]);
    replicate.reset();
    await streamedText(chat('llama'));
    expect(asked()).toEqual([
      'POST /v1/models/meta/mock-llama/predictions',
      'GET /v1/streams/ID',
      'GET /v1/predictions/ID',
    ]);
    expect(replicate.requests()[1]?.headers).not.toHaveProperty('authorization');
  });

  it('B2 of a deployment has the inputs that are configured', async () => {
    await openAi.chat.completions.create(chat('deployed', 'hi'));
    expect(asked()).toEqual(['POST /v1/deployments/me/mine/predictions']);
    expect(JSON.parse(replicate.requests()[0]?.body ?? '{}')).toEqual({
      input: { prompt: 'hi', max_tokens: 200, temperature: 0.25, min_tokens: 3 },
    });
  });

  it('B3 refuses by name what it has no word for, or leaves it out where that is allowed', async () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const refused = await gateway.chat({ ...chat('llama'), tools });
    expect([refused.status, refused.json<{ error: { param: string } }>().error.param]).toEqual([400, 'tools']);
    expect((await gateway.chat({ ...chat('dropping'), tools })).status).toBe(200);
  });

  it.each([
    ['llama+status-429+retry-after-7s', 429, 'rate_limited'],
    ['llama+status-503', 503, 'provider_overloaded'],
    ['llama+status-402', 429, 'insufficient_quota'],
    ['llama+status-404', 404, 'model_not_found'],
    ['llama+status-422', 400, 'invalid_request'],
    ['wrong-key', 502, 'provider_auth_failed'],
    ['llama+truncate', 502, 'provider_error'],
    ['llama+malformed-after-0', 502, 'provider_error'],
    ['impatient', 504, 'provider_timeout'],
  ])('B4 %s fails as %d %s', async (model, status, code) => {
    const failure: unknown = await openAi.chat.completions.create(chat(model)).catch((error: unknown) => error);
    if (!(failure instanceof OpenAI.APIError)) throw new Error('it did not fail as OpenAI’s client fails');
    expect([failure.status, failure.code]).toEqual([status, code]);
  });

  it.each(['cut-after-3', 'truncate', 'error-after-3'])(
    'B3 ends with one error, never with a shorter answer, when its stream breaks: %s',
    async (fault) => {
      const body = chat(`llama+${fault}`, 'Please write 20 tokens');
      await expect(streamedText(body)).rejects.toBeInstanceOf(OpenAI.APIError);
      await expect(anthropic.messages.stream(body).finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError);
    },
  );
});

describe('the books of Replicate', () => {
  it.each([
    ['llama', false],
    ['llama', true],
    ['queued', false],
  ])('D3 have what it charges for %s, streamed: %s', async (model, stream) => {
    const { request_id: requestId, data } = stream
      ? await openAi.chat.completions.create({ ...chat(model), stream: true }).withResponse()
      : await openAi.chat.completions.create(chat(model)).withResponse();
    if (Symbol.asyncIterator in data) for await (const _chunk of data);
    const logged = await loggedRequest(gateway, requestId ?? '');
    const row = replicate.bill().find(({ completionTokens }) => completionTokens > 0);
    const { promptTokens = 0, completionTokens = 0 } = row ?? {};
    expect(logged).toMatchObject({
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      estimated: false,
      spend_nano_usd: promptTokens * NANO_USD.prompt + completionTokens * NANO_USD.completion,
    });
  });

  it('C7 end where the client left: the prediction is cancelled', async () => {
    const slow = { ...chat('llama+tokens-5000+chunks-20ms'), max_tokens: 100_000, stream: true as const };
    const { data: stream, request_id: requestId } = await openAi.chat.completions.create(slow).withResponse();
    let chunks = 0;
    for await (const _chunk of stream) if (++chunks > 3) break;
    stream.controller.abort();
    await eventually('the prediction to be cancelled', () =>
      asked().includes('POST /v1/predictions/ID/cancel') ? true : undefined,
    );
    expect((await loggedRequest(gateway, requestId ?? '')).status).toBe('cancelled');
  });
});

describe('pictures of Replicate', () => {
  it('A3 are made for OpenAI’s client, for what they cost', async () => {
    const body = { model: 'flux', prompt: 'a lake', n: 2, size: '1536x1024' as const };
    const { data, request_id: requestId } = await openAi.images.generate(body).withResponse();
    expect(data.data?.map(({ url }) => url)).toEqual([
      expect.stringMatching(/\/0\.webp$/),
      expect.stringMatching(/\/1\.webp$/),
    ]);
    expect(JSON.parse(replicate.requests()[0]?.body ?? '{}')).toEqual({
      input: { prompt: 'a lake', num_outputs: 2, aspect_ratio: '3:2' },
    });
    expect(replicate.bill()[0]?.units).toEqual({ images: 2 });
    expect((await loggedRequest(gateway, requestId ?? '')).spend_nano_usd).toBe(2 * NANO_USD.image);
  });

  it('A3 are refused as bytes, and fail in the gateway’s words', async () => {
    const asking = (more: object) => gateway.send({ path: '/v1/images/generations', body: { prompt: 'p', ...more } });
    const refused = await asking({ model: 'flux', response_format: 'b64_json' });
    expect([refused.status, refused.json<{ error: { param: string } }>().error.param]).toEqual([
      400,
      'response_format',
    ]);
    expect((await asking({ model: 'flux+status-503' })).status).toBe(503);
  });
});
