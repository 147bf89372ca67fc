import type { ClientChatWire } from '@gateway/domain';
import type { ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { type ChatAddress, chatAdapterFor } from './provider-entry';
import { PROVIDERS } from './provider-registry';

const target = (baseUrl: string): ProviderTarget => ({ baseUrl, apiKey: 'k', extraHeaders: {} });

/** Where a client's call of `prefix/model` goes. */
function callOf(
  wire: ClientChatWire,
  model: string,
  { mode, baseUrl }: { readonly mode?: ChatAddress['mode']; readonly baseUrl?: string } = {},
): string | null {
  const [prefix = '', ...name] = model.split('/');
  const entry = PROVIDERS.find(prefix);
  if (!entry) throw new Error(`no provider ${prefix}`);
  const providerModel = name.join('/');
  const at = target(baseUrl ?? entry.defaultBaseUrl ?? 'https://mine.example/v1');
  const adapter = chatAdapterFor(entry, wire, { target: at, providerModel, mode });
  const call = adapter?.buildChatCall(at, Buffer.from('{}'), { providerModel, stream: false });
  return call === undefined ? null : `${adapter?.wire} ${call.origin}${call.path.split('?')[0]}`;
}

const COMPLETED = 'openai-completions https://api.openai.com/v1/completions';
const CHATTED = 'openai-chat https://api.openai.com/v1/chat/completions';

describe('B8 which models are asked to go on with a text', () => {
  it.each([
    ['openai/gpt-3.5-turbo-instruct', COMPLETED],
    ['openai/gpt-3.5-turbo-instruct-0914', COMPLETED],
    ['openai/davinci-002', COMPLETED],
    ['openai/ft:babbage-002:org::id', COMPLETED],
    ['openai/gpt-4o', CHATTED],
    ['openai/gpt-3.5-turbo', CHATTED],
    ['openai/ft:gpt-4o-mini:org:davinci-002:id', CHATTED],
    ['text-completion-openai/gpt-4o', COMPLETED],
    ['text-completion-openai/a-name-of-my-own', COMPLETED],
    ['together_ai/Qwen/Qwen3-8B', 'openai-completions https://api.together.xyz/v1/completions'],
    ['docker_model_runner/m', 'openai-completions http://localhost:22088/engines/llama.cpp/v1/completions'],
    ['groq/llama-3.3-70b', 'openai-chat https://api.groq.com/openai/v1/chat/completions'],
    ['deepseek/deepseek-chat', 'openai-completions https://api.deepseek.com/beta/completions'],
    ['deepseek/deepseek-reasoner', 'openai-chat https://api.deepseek.com/beta/chat/completions'],
    ['mistral/codestral-latest', 'openai-chat https://api.mistral.ai/v1/chat/completions'],
    ['text-completion-codestral/codestral-latest', 'mistral-fim https://codestral.mistral.ai/v1/fim/completions'],
    ['anthropic/claude', 'anthropic-messages https://api.anthropic.com/v1/messages'],
  ])('without a word of its operator: %s by %s', (model, call) => {
    expect(callOf('openai-completions', model)).toBe(call);
  });

  it('models that cannot chat are completed for clients of every wire, others for those who ask for it', () => {
    for (const wire of ['openai-chat', 'anthropic-messages', 'gemini-generate', 'openai-responses'] as const) {
      expect(callOf(wire, 'openai/davinci-002')).toBe(COMPLETED);
      expect(callOf(wire, 'azure/gpt-35-turbo-instruct')).toContain('/deployments/gpt-35-turbo-instruct/completions');
      expect(callOf(wire, 'together_ai/Qwen/Qwen3-8B')).toContain('/chat/completions');
    }
  });

  it('the operator’s word is over the name', () => {
    expect(callOf('openai-completions', 'openai/davinci-002', { mode: 'chat' })).toBe(CHATTED);
    expect(callOf('openai-completions', 'together_ai/Qwen/Qwen3-8B', { mode: 'chat' })).toContain('openai-chat ');
    for (const wire of ['openai-chat', 'openai-completions'] as const) {
      expect(callOf(wire, 'openai/mine', { mode: 'completion' })).toBe(COMPLETED);
      expect(callOf(wire, 'groq/base', { mode: 'completion' })).toBe(
        'openai-completions https://api.groq.com/openai/v1/completions',
      );
      expect(callOf(wire, 'mistral/codestral-latest', { mode: 'completion' })).toBe(
        'mistral-fim https://api.mistral.ai/v1/fim/completions',
      );
    }
    // Where there is only one way, it is taken.
    expect(callOf('openai-chat', 'text-completion-openai/x', { mode: 'chat' })).toBe(COMPLETED);
    expect(callOf('openai-completions', 'anthropic/claude', { mode: 'completion' })).toContain('/v1/messages');
  });

  it('a base URL may say that there is no such call', () => {
    const completion = 'openai-completions';
    const chat = 'https://h/v1/chat/completions';
    expect(callOf(completion, 'hosted_vllm/m', { baseUrl: chat })).toBe(`openai-chat ${chat}`);
    const older = 'https://api.deepseek.com/v1';
    expect(callOf(completion, 'deepseek/deepseek-chat', { baseUrl: older })).toBe(
      `openai-chat ${older}/chat/completions`,
    );
    const whole = 'https://codestral.mistral.ai/v1/fim/completions';
    expect(callOf(completion, 'text-completion-codestral/m', { baseUrl: whole })).toBe(`mistral-fim ${whole}`);
    const azure = 'https://r.openai.azure.com/openai/deployments/d/completions';
    expect(callOf(completion, 'azure_text/m', { baseUrl: azure })).toBe(`openai-completions ${azure}`);
  });
});

describe.each(['openai', 'text-completion-openai', 'text-completion-codestral'])(
  'B2 text completions of %s',
  (prefix) => {
    const entry = PROVIDERS.find(prefix);
    const adapter = entry?.completions?.adapter ?? entry?.chat;
    if (!adapter) throw new Error(`no text completions at ${prefix}`);
    describeChatAdapter(prefix, {
      adapter,
      makeTarget: (overrides) => ({ ...target(entry?.defaultBaseUrl ?? ''), apiKey: null, ...overrides }),
      emulate: ({ path, headers }, key) => {
        const isThere = /\/v1\/(?:fim\/)?completions$/.test(path);
        if (isThere && headers.authorization === `Bearer ${key}`) return { status: 200, headers: {}, body: '{}' };
        const error = isThere
          ? { message: `Incorrect API key provided: ${headers.authorization}.`, code: 'invalid_api_key' }
          : { message: 'no such path' };
        return { status: isThere ? 401 : 404, headers: {}, body: JSON.stringify({ error }) };
      },
    });
  },
);
