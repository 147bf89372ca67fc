// B7: the official `@google/genai` client in its Vertex mode, and Google's own sign-in library, against the emulator. Real:
// HTTP on loopback, the clients.
import { ApiError, GoogleGenAI } from '@google/genai';
import { OAuth2Client } from 'google-auth-library';
import { VertexEmulator } from './vertex-emulator';

const emulator = new VertexEmulator({ rejectUnknownFields: true });
const PLACE = { project: 'p', location: 'us-central1' };
let origin: string;

/** The client's own dispatcher looks for one of undici's among the globals, where Jest's sandbox has none. */
const plainFetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
  fetch(url, { ...init, dispatcher: undefined });

const withToken = (access_token: string) => {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token, expiry_date: Date.now() + 3_600_000 });
  const httpOptions = { baseUrl: origin, fetch: plainFetch };
  return new GoogleGenAI({ vertexai: true, ...PLACE, googleAuthOptions: { authClient }, httpOptions });
};

const grant = (form: Readonly<Record<string, string>>) =>
  fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(form) });

async function tokenFor(refreshToken: string): Promise<string> {
  const answer = await grant({ grant_type: 'refresh_token', refresh_token: refreshToken });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  if (failure instanceof ApiError) return failure;
  throw new Error(`no error of the API: ${String(failure)}`);
}

beforeAll(async () => {
  origin = await emulator.start();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ask = { model: 'mock-gemini', contents: 'Tell me about rivers' };

describe('B7 Google’s client in its Vertex mode accepts the emulator', () => {
  it('whole and streamed, with one text, and the usage is what was billed', async () => {
    const client = withToken(await tokenFor('r'));
    const whole = await client.models.generateContent(ask);
    expect(whole.text).toMatch(/^You said: Tell me about rivers\./);
    let streamed = '';
    for await (const chunk of await client.models.generateContentStream(ask)) streamed += chunk.text ?? '';
    expect(streamed).toBe(whole.text);
    expect(emulator.bill()[0]).toMatchObject({
      model: 'mock-gemini',
      promptTokens: whole.usageMetadata?.promptTokenCount,
      completionTokens: whole.usageMetadata?.candidatesTokenCount,
    });
    expect(emulator.requests().map(({ path }) => path.replace(/^\/v1(beta1)?/, ''))).toEqual([
      '/token',
      '/projects/p/locations/us-central1/publishers/google/models/mock-gemini:generateContent',
      '/projects/p/locations/us-central1/publishers/google/models/mock-gemini:streamGenerateContent?alt=sse',
    ]);
  });

  it('counts and embeds, by either call', async () => {
    const client = withToken(await tokenFor('r'));
    const { totalTokens } = await client.models.countTokens(ask);
    expect(totalTokens).toBeGreaterThan(3);
    const contents = ['a river', 'a city'];
    const config = { outputDimensionality: 3, taskType: 'CLUSTERING' };
    const many = await client.models.embedContent({ model: 'text-embedding-005', contents, config });
    expect(many.embeddings?.map(({ values }) => values?.length)).toEqual([3, 3]);
    const one = await client.models.embedContent({ model: 'gemini-embedding-2', contents: 'a city', config });
    expect(one.embeddings?.[0]?.values).toEqual(many.embeddings?.[1]?.values);
    expect(emulator.bill().map((row) => row.promptTokens)).toEqual([
      (many.embeddings ?? []).reduce((sum, { statistics }) => sum + (statistics?.tokenCount ?? 0), 0),
      one.embeddings?.[0]?.statistics?.tokenCount,
    ]);
  });

  it.each([
    ['r', 'mock-gemini+status-429', 429],
    ['r', 'unknown-model', 404],
    ['r+lifetime-0s', 'mock-gemini', 401],
  ])('raises its errors: %s with %s', async (refreshToken, model, status) => {
    const client = withToken(await tokenFor(refreshToken));
    expect((await failureOf(client.models.generateContent({ ...ask, model }))).status).toBe(status);
  });

  it('refuses what Google’s token endpoint would', async () => {
    const answers = [
      await grant({ grant_type: 'refresh_token', refresh_token: 'invalid-refresh-token' }),
      await grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' }),
      await grant({ grant_type: 'password' }),
    ];
    expect(
      await Promise.all(answers.map(async (answer) => ((await answer.json()) as { error: string }).error)),
    ).toEqual(['invalid_grant', 'invalid_grant', 'unsupported_grant_type']);
  });
});
