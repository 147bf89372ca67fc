import { createOpenAiCompatibleAdapter, createResponsesAdapter } from './create-openai-compatible-adapter';
import { OPENAI_COMPATIBLE_ROWS } from './openai-compatible-rows';

const BODY = new Uint8Array([123, 125]);

function urlOf(prefix: string, baseUrl?: string): string {
  const row = OPENAI_COMPATIBLE_ROWS.find((candidate) => candidate.prefix === prefix);
  if (!row) throw new Error(`no row ${prefix}`);
  const target = { baseUrl: baseUrl ?? row.baseUrl ?? '', apiKey: 'k', extraHeaders: {} };
  const { origin, path } = createOpenAiCompatibleAdapter(row).buildChatCall(target, BODY, {
    providerModel: 'm',
    stream: false,
  });
  return origin + path;
}

describe('B2 Responses of a row', () => {
  const adapter = createResponsesAdapter(OPENAI_COMPATIBLE_ROWS[0]!);
  const at = (baseUrl: string) => ({ baseUrl, apiKey: 'k', extraHeaders: {} });

  it('are below the same base URL', () => {
    const call = adapter.buildChatCall(at('https://h/v1?a=b'), BODY, { providerModel: 'm', stream: true });
    expect(call.origin + call.path).toBe('https://h/v1/responses?a=b');
    expect(call.headers).toMatchObject({ authorization: 'Bearer k', accept: 'text/event-stream' });
  });

  it.each([
    ['https://h/v1', true],
    ['https://h/v1/responses', true],
    ['https://h/v1/chat/completions', false],
    ['https://h/v1/chat/completions/', false],
    ['https://h/v1/chat/completions?a=b', false],
  ])('are spoken at %s: %s', (baseUrl, speaks) => {
    expect(adapter.speaksAt?.(at(baseUrl), 'm')).toBe(speaks);
  });
});

describe('B2 an OpenAI-compatible call', () => {
  it.each([
    ['openai', undefined, 'https://api.openai.com/v1/chat/completions'],
    ['openai', 'http://127.0.0.1:9/v1/', 'http://127.0.0.1:9/v1/chat/completions'],
    ['openai', 'http://127.0.0.1:9', 'http://127.0.0.1:9/chat/completions'],
    ['openai', 'https://h/v1/chat/completions', 'https://h/v1/chat/completions'],
    ['openai', 'https://h/v1?tenant=a', 'https://h/v1/chat/completions?tenant=a'],
    ['perplexity', undefined, 'https://api.perplexity.ai/chat/completions'],
    ['heroku', undefined, 'https://us.inference.heroku.com/v1/chat/completions'],
    ['heroku', 'https://eu.inference.heroku.com/v1', 'https://eu.inference.heroku.com/v1/chat/completions'],
    ['docker_model_runner', undefined, 'http://localhost:22088/engines/llama.cpp/v1/chat/completions'],
  ])('of %s with base %s goes to %s', (prefix, baseUrl, url) => {
    expect(urlOf(prefix, baseUrl)).toBe(url);
  });

  it.each(['not a url', 'ftp://host/v1', 'file:///etc/passwd'])('does not go to %j', (baseUrl) => {
    expect(() => urlOf('openai', baseUrl)).toThrow(/url/i);
  });

  it('carries the organisation and project the client names', () => {
    const adapter = createOpenAiCompatibleAdapter(OPENAI_COMPATIBLE_ROWS[0]!);
    const target = { baseUrl: 'https://h/v1', apiKey: null, extraHeaders: { 'OpenAI-Organization': 'configured' } };
    const forwardHeaders = { 'OpenAI-Organization': 'client', 'openai-project': 'p', 'anthropic-beta': 'x' };
    const call = adapter.buildChatCall(target, BODY, { providerModel: 'm', stream: false, forwardHeaders });
    expect(call.headers).toMatchObject({ 'openai-organization': 'configured', 'openai-project': 'p' });
    expect(call.headers).not.toHaveProperty('anthropic-beta');
  });
});
