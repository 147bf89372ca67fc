// B7: the official `openai` package's Azure client against the emulator. Real: HTTP on loopback, the client.
import OpenAI, { AzureOpenAI } from 'openai';
import { AzureOpenAiEmulator } from './azure-openai-emulator';

const emulator = new AzureOpenAiEmulator({ rejectUnknownFields: true });
const apiVersion = '2024-10-21';
let endpoint: string;

beforeAll(async () => {
  endpoint = await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = { model: 'mock-gpt', messages: [{ role: 'user' as const, content: 'Tell me about rivers' }] };
const withKey = (apiKey = 'test-key') => new AzureOpenAI({ endpoint, apiVersion, apiKey, maxRetries: 0 });

const fetchToken = (tenant: string, secret = 's') =>
  fetch(`${endpoint}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'c',
      client_secret: secret,
      scope: 'https://cognitiveservices.azure.com/.default',
    }),
  });

const tokenOf = async (tenant: string): Promise<string> =>
  ((await (await fetchToken(tenant)).json()) as { access_token: string }).access_token;

describe('B7 the AzureOpenAI client accepts the emulator', () => {
  it('whole: with the filter’s results, and the usage is what was billed', async () => {
    const answer = await withKey().chat.completions.create(ask);
    expect(answer.choices[0]?.message.content).toMatch(/^You said: Tell me about rivers\./);
    expect(answer).toMatchObject({
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [{ content_filter_results: { hate: { filtered: false, severity: 'safe' } } }],
    });
    expect(emulator.bill()).toMatchObject([
      {
        model: 'mock-gpt',
        promptTokens: answer.usage?.prompt_tokens,
        completionTokens: answer.usage?.completion_tokens,
        completed: true,
      },
    ]);
    expect(emulator.requests()[0]?.path).toBe(
      `/openai/deployments/mock-gpt/chat/completions?api-version=${apiVersion}`,
    );
  });

  it('streamed: the filter’s word about the prompt first, then the same text', async () => {
    const whole = await withKey().chat.completions.create(ask);
    const stream = await withKey().chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]).toMatchObject({ id: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
  });

  it('takes the model from the URL, whatever the body says, and the v1 URL’s from the body', async () => {
    const client = new OpenAI({
      baseURL: `${endpoint}/openai/v1`,
      apiKey: 'not sent',
      defaultHeaders: { 'api-key': 'k', authorization: null },
      maxRetries: 0,
    });
    await client.chat.completions.create({ ...ask, model: 'by-body' });
    const fixed = new AzureOpenAI({ endpoint, apiVersion, apiKey: 'k', deployment: 'by-url', maxRetries: 0 });
    await fixed.chat.completions.create({ ...ask, model: 'by-body' });
    expect(emulator.bill().map(({ model }) => model)).toEqual(['by-body', 'by-url']);
  });

  it('takes Entra ID’s tokens until they end', async () => {
    let tenant = 'tenant';
    const azureADTokenProvider = () => tokenOf(tenant);
    const client = new AzureOpenAI({ endpoint, apiVersion, azureADTokenProvider, maxRetries: 0 });
    await client.chat.completions.create(ask);
    tenant = 'tenant+lifetime-0s';
    await expect(client.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect((await fetchToken('tenant', 'invalid-secret')).status).toBe(401);
  });

  it.each([
    ['mock-gpt', 'invalid-key', OpenAI.AuthenticationError, { status: 401, code: '401' }],
    ['unknown-deployment', 'key', OpenAI.NotFoundError, { status: 404, code: 'DeploymentNotFound' }],
    ['mock-gpt+status-429', 'key', OpenAI.RateLimitError, { status: 429, code: '429' }],
    [
      'mock-gpt+status-400+code-content_filter',
      'key',
      OpenAI.BadRequestError,
      { code: 'content_filter', param: 'prompt' },
    ],
  ])('raises its typed errors: %s with %s', async (model, key, type, fields) => {
    const error = await withKey(key)
      .chat.completions.create({ ...ask, model })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(fields);
  });

  it('knows no deployments’ URL without a dated version', async () => {
    const client = new AzureOpenAI({ endpoint, apiVersion: 'soon', apiKey: 'k', maxRetries: 0 });
    await expect(client.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});
