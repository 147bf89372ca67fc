import type { ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { ANTHROPIC_ADAPTER } from './anthropic-adapter';
import { ANTHROPIC_ENTRY } from './anthropic-entry';

const BODY = new Uint8Array([123, 125]);

function makeTarget(overrides: Partial<ProviderTarget> = {}): ProviderTarget {
  return { baseUrl: ANTHROPIC_ENTRY.defaultBaseUrl ?? '', apiKey: 'sk-ant-api03-abc', extraHeaders: {}, ...overrides };
}

function headersOf(
  target: Partial<ProviderTarget>,
  forwardHeaders: Record<string, string> = {},
): Record<string, string> {
  return ANTHROPIC_ADAPTER.buildChatCall(makeTarget(target), BODY, { providerModel: 'm', stream: true, forwardHeaders })
    .headers;
}

describeChatAdapter('B2 anthropic', {
  adapter: ANTHROPIC_ADAPTER,
  makeTarget,
  emulate: ({ path, headers }, key) => {
    const error = (status: number, type: string, message: string) => ({
      status,
      headers: {},
      body: JSON.stringify({ type: 'error', error: { type, message } }),
    });
    if (path.split('?')[0] !== '/v1/messages') return error(404, 'not_found_error', 'Not found');
    if (!headers['anthropic-version'])
      return error(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (headers['x-api-key'] !== key)
      return error(401, 'authentication_error', `invalid x-api-key ${headers['x-api-key']}`);
    return { status: 200, headers: {}, body: '{}' };
  },
});

describe('B2 an Anthropic call', () => {
  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/', 'https://api.anthropic.com/v1/messages'],
    ['https://host/anthropic', 'https://host/anthropic/v1/messages'],
    ['https://host/v1/messages', 'https://host/v1/messages'],
  ])('with base %s goes to %s', (baseUrl, url) => {
    const { origin, path } = ANTHROPIC_ADAPTER.buildChatCall(makeTarget({ baseUrl }), BODY, {
      providerModel: 'm',
      stream: false,
    });
    expect(origin + path).toBe(url);
  });

  it('uses version 2023-06-01 unless the client names another', () => {
    expect(headersOf({})).toMatchObject({ 'anthropic-version': '2023-06-01' });
    expect(headersOf({}, { 'anthropic-version': '2024-01-01', 'anthropic-beta': 'b1' })).toMatchObject({
      'anthropic-version': '2024-01-01',
      'anthropic-beta': 'b1',
    });
  });

  it('sends a sign-in token as bearer, with its beta beside the client’s', () => {
    const apiKey = 'sk-ant-oat01-abc';
    expect(headersOf({ apiKey })).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'anthropic-beta': 'oauth-2025-04-20',
    });
    expect(headersOf({ apiKey })).not.toHaveProperty('x-api-key');
    expect(headersOf({ apiKey }, { 'anthropic-beta': 'b1' })['anthropic-beta']).toBe('b1,oauth-2025-04-20');
    const named = 'oauth-2025-04-20, b1';
    expect(headersOf({ apiKey }, { 'anthropic-beta': named })['anthropic-beta']).toBe(named);
  });
});
