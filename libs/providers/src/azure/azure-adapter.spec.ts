import { fixedToken, type ProviderTarget, type TokenSource } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { AZURE_ADAPTER, AZURE_RESPONSES_ADAPTER } from './azure-adapter';

const BODY = new Uint8Array([123, 125]);
const RESOURCE = 'https://r.openai.azure.com';

function target(overrides: Partial<ProviderTarget> = {}): ProviderTarget {
  return { baseUrl: RESOURCE, apiKey: null, extraHeaders: {}, ...overrides };
}

function emulate(path: string, presented: string | undefined, expected: string) {
  const error = (status: number, message: string) => ({
    status,
    headers: {},
    body: JSON.stringify({ error: { code: String(status), message } }),
  });
  const { pathname, searchParams } = new URL(path, RESOURCE);
  const isDeployment = pathname === '/openai/deployments/m/chat/completions' && searchParams.has('api-version');
  if (!isDeployment && pathname !== '/openai/v1/chat/completions') return error(404, 'Resource not found');
  if (presented !== expected) return error(401, `Access denied due to invalid subscription key ${presented}`);
  return { status: 200, headers: {}, body: '{}' };
}

describe.each(['2024-10-21', 'v1', 'preview', undefined])('B2 with version %s', (apiVersion) => {
  describeChatAdapter('azure with a key', {
    adapter: AZURE_ADAPTER,
    makeTarget: (overrides) => target({ apiVersion, ...overrides }),
    emulate: ({ path, headers }, key) => emulate(path, headers['api-key'], key),
  });

  describeChatAdapter('azure with a token', {
    adapter: AZURE_ADAPTER,
    makeTarget: ({ apiKey, ...overrides } = {}) =>
      target({ apiVersion, ...overrides, ...(apiKey && { token: fixedToken(apiKey) }) }),
    emulate: ({ path, headers }, key) => emulate(path, headers.authorization, `Bearer ${key}`),
  });
});

describeChatAdapter('azure’s Responses', {
  adapter: AZURE_RESPONSES_ADAPTER,
  makeTarget: (overrides) => target({ apiVersion: 'v1', ...overrides }),
  emulate: ({ path, headers }, key) =>
    emulate(path.replace('/openai/v1/responses', '/openai/v1/chat/completions'), headers['api-key'], key),
});

it.each([
  [RESOURCE, 'v1', true],
  [RESOURCE, 'preview', true],
  [RESOURCE, '2024-10-21', false],
  [RESOURCE, undefined, false],
  [`${RESOURCE}/openai/v1/`, undefined, true],
  [`${RESOURCE}/openai/deployments/d`, 'v1', false],
])('B2 Azure speaks Responses at %s with version %s: %s', (baseUrl, apiVersion, speaks) => {
  const one = target({ baseUrl, ...(apiVersion !== undefined && { apiVersion }) });
  expect(AZURE_RESPONSES_ADAPTER.speaksAt?.(one, 'm')).toBe(speaks);
});

describe('B5 the headers of an Azure call', () => {
  it('have the token of the moment', () => {
    let token = 'first';
    const source: TokenSource = { ...fixedToken(''), current: () => token };
    const one = target({ token: source });
    const sent = () =>
      AZURE_ADAPTER.buildChatCall(one, BODY, { providerModel: 'm', stream: true }).headers.authorization;
    expect([sent(), sent()]).toEqual(['Bearer first', 'Bearer first']);
    token = 'second';
    expect(sent()).toBe('Bearer second');
  });

  it('may be the operator’s own, over ours', () => {
    const one = target({ apiKey: 'k', extraHeaders: { 'Api-Key': 'other' } });
    const { headers } = AZURE_ADAPTER.buildChatCall(one, BODY, { providerModel: 'm', stream: false });
    expect(headers['api-key']).toBe('other');
  });
});

describe('B4 Azure’s errors', () => {
  const filter = { violence: { filtered: true, severity: 'high' } };
  it.each([
    [
      'a filtered prompt',
      400,
      {
        message: 'The response was filtered due to the prompt triggering Azure OpenAI’s content management policy.',
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: filter },
      },
      { class: 'content-filter', providerCode: 'content_filter', param: 'prompt' },
    ],
    [
      'a filtered prompt, said inside only',
      400,
      { message: 'filtered', innererror: { code: 'ResponsibleAIPolicyViolation' } },
      { class: 'content-filter' },
    ],
    [
      'a deployment that is not there',
      404,
      { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
      { class: 'model-not-found', providerCode: 'DeploymentNotFound' },
    ],
    ['a wrong address', 404, { code: '404', message: 'Resource not found' }, { class: 'model-not-found' }],
    [
      'a model for something else',
      400,
      {
        code: 'OperationNotSupported',
        message: 'The chatCompletion operation does not work with the specified model.',
      },
      { class: 'model-not-found' },
    ],
    ['a wrong key', 401, { code: '401', message: 'Access denied due to invalid subscription key.' }, { class: 'auth' }],
    [
      'a role that is missing',
      401,
      { code: 'PermissionDenied', message: 'The principal lacks the required data action.' },
      { class: 'auth' },
    ],
    [
      'a long prompt',
      400,
      {
        code: 'context_length_exceeded',
        param: 'messages',
        message: "This model's maximum context length is 8192 tokens.",
      },
      { class: 'context-window', param: 'messages' },
    ],
    [
      'too many tokens a minute',
      429,
      { code: '429', message: 'Requests have exceeded the token rate limit. Please retry after 7 seconds.' },
      { class: 'rate-limited', retryAfterMs: 7_000 },
    ],
  ] as const)('%s', (_name, status, error, expected) => {
    const headers: Record<string, string> = status === 429 ? { 'retry-after': '7' } : {};
    expect(AZURE_ADAPTER.classifyError({ status, headers }, JSON.stringify({ error }))).toMatchObject(expected);
  });

  it('a wait in milliseconds is believed before the one in seconds', () => {
    const head = { status: 429, headers: { 'retry-after-ms': '1500', 'retry-after': '2' } };
    expect(AZURE_ADAPTER.classifyError(head, '{}')).toMatchObject({ class: 'rate-limited', retryAfterMs: 1_500 });
  });
});
