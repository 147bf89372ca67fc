import type { ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { COHERE_CHAT_ADAPTER } from './cohere-chat';

const BASE = 'https://api.cohere.com';

function makeTarget(overrides: Partial<ProviderTarget> = {}): ProviderTarget {
  return { baseUrl: BASE, apiKey: 'co-abc', extraHeaders: {}, ...overrides };
}

describeChatAdapter('B2 cohere', {
  adapter: COHERE_CHAT_ADAPTER,
  makeTarget,
  emulate: ({ path, headers }, key) => {
    const reply = (status: number, message: string) => ({ status, headers: {}, body: JSON.stringify({ message }) });
    if (path.split('?')[0] !== '/v2/chat') return reply(404, 'no such path');
    return headers.authorization === `Bearer ${key}`
      ? reply(200, '')
      : reply(401, `invalid api token: ${headers.authorization}`);
  },
});

describe('B2 a Cohere call', () => {
  it.each([
    [BASE, `${BASE}/v2/chat`],
    [`${BASE}/v1`, `${BASE}/v2/chat`],
    [`${BASE}/v2/`, `${BASE}/v2/chat`],
    [`${BASE}/v2/chat`, `${BASE}/v2/chat`],
    [`${BASE}/v1/chat?x=1`, `${BASE}/v2/chat?x=1`],
    ['https://proxy.example/cohere', 'https://proxy.example/cohere/v2/chat'],
  ])('with base %s goes to %s', (baseUrl, url) => {
    const options = { providerModel: 'm', stream: false };
    const { origin, path } = COHERE_CHAT_ADAPTER.buildChatCall(makeTarget({ baseUrl }), new Uint8Array(), options);
    expect(origin + path).toBe(url);
  });
});
