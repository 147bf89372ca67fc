import { isRecord } from '@gateway/domain';
import type { ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import { prepareChatBody } from '../prepare-chat-body/prepare-chat-body';
import { OLLAMA_ADAPTER } from './ollama-adapter';

const BODY = new Uint8Array([123, 125]);

function makeTarget(overrides: Partial<ProviderTarget> = {}): ProviderTarget {
  return { baseUrl: 'http://localhost:11434', apiKey: null, extraHeaders: {}, ...overrides };
}

describeChatAdapter('B2 ollama', {
  adapter: OLLAMA_ADAPTER,
  makeTarget,
  streamAccept: 'application/x-ndjson',
  emulate: ({ path, headers }, key) => {
    const error = (status: number, sentence: string) => ({
      status,
      headers: {},
      body: JSON.stringify({ error: sentence }),
    });
    if (path.split('?')[0] !== '/api/chat') return error(404, '404 page not found');
    if (headers.authorization !== `Bearer ${key}`) return error(401, `unauthorized: ${headers.authorization}`);
    return { status: 200, headers: {}, body: '{}' };
  },
});

describe('B2 a call to Ollama', () => {
  it.each([
    ['http://localhost:11434', 'http://localhost:11434/api/chat'],
    ['http://localhost:11434/api/', 'http://localhost:11434/api/chat'],
    ['http://localhost:11434/api/chat', 'http://localhost:11434/api/chat'],
    ['http://localhost:11434/v1', 'http://localhost:11434/api/chat'],
    ['https://ollama.com/api?team=1', 'https://ollama.com/api/chat?team=1'],
    ['https://proxy/ollama', 'https://proxy/ollama/api/chat'],
  ])('with base %s goes to %s', (baseUrl, url) => {
    const call = OLLAMA_ADAPTER.buildChatCall(makeTarget({ baseUrl }), BODY, { providerModel: 'm', stream: false });
    expect(call.origin + call.path).toBe(url);
  });

  it('has configured settings where Ollama reads them, the client’s over them', () => {
    const prepared = prepareChatBody({
      clientWire: 'openai-chat',
      body: Buffer.from(JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'hi' }], temperature: 1 })),
      stream: false,
      adapter: OLLAMA_ADAPTER,
      providerModel: 'llama3',
      deployment: {
        defaultParams: { num_ctx: 8192, temperature: 0, max_tokens: 5, keep_alive: '1h' },
        extraBody: { options: { num_gpu: 1 } },
      },
      codecs: CHAT_WIRE_CODECS,
    });
    const body: unknown = JSON.parse(Buffer.from(prepared.body).toString());
    expect(isRecord(body) && body).toMatchObject({
      keep_alive: '1h',
      options: { num_ctx: 8192, num_predict: 5, temperature: 1, num_gpu: 1 },
    });
  });
});
