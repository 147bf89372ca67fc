import { isGatewayException } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import { prepareChatBody } from '../prepare-chat-body/prepare-chat-body';
import { PROVIDERS } from '../provider-registry';

type Body = Record<string, unknown>;

/** What the provider is sent for a client's body. */
function sentTo(provider: string, body: Body, { model = 'm', dropParams = false } = {}): Body {
  const adapter = PROVIDERS.find(provider)?.chat;
  if (!adapter) throw new Error(`no chat at ${provider}`);
  const prepared = prepareChatBody({
    clientWire: 'openai-chat',
    body: Buffer.from(JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'hi' }], ...body })),
    spans: { model: [9, 12] },
    stream: false,
    adapter,
    providerModel: model,
    deployment: { dropParams },
    codecs: CHAT_WIRE_CODECS,
  });
  return JSON.parse(Buffer.from(prepared.body).toString()) as Body;
}

function refused(provider: string, body: Body, model?: string): string | undefined {
  try {
    sentTo(provider, body, { model });
  } catch (error) {
    if (isGatewayException(error)) return error.detail.param;
    throw error;
  }
  return undefined;
}

describe('B3 quirks of the table', () => {
  it.each(['openai', 'azure'])('give reasoning models of %s the only name of the limit they take', (provider) => {
    for (const model of ['o3', 'o4-mini', 'gpt-5', 'gpt-5.1-mini']) {
      const sent = sentTo(provider, { max_tokens: 5 }, { model });
      expect(sent).toMatchObject({ model, max_completion_tokens: 5 });
      expect(sent).not.toHaveProperty('max_tokens');
    }
    expect(sentTo(provider, { max_tokens: 5 }, { model: 'gpt-4o' })).toMatchObject({ max_tokens: 5 });
  });

  it.each(['deepseek', 'mistral', 'perplexity'])('give %s the roles and the limit it knows', (provider) => {
    const messages = [
      { role: 'developer', content: 'be brief' },
      { role: 'user', content: 'hi' },
    ];
    expect(sentTo(provider, { messages, max_completion_tokens: 5 })).toEqual({
      model: 'm',
      messages: [{ role: 'system', content: 'be brief' }, messages[1]],
      max_tokens: 5,
    });
  });

  it.each([
    ['groq', { logprobs: true }, 'logprobs'],
    ['cerebras', { presence_penalty: 1 }, 'presence_penalty'],
    ['perplexity', { tools: [] }, 'tools'],
    ['mistral', { logit_bias: {} }, 'logit_bias'],
  ])('refuse or drop what %s refuses', (provider, body, field) => {
    expect(refused(provider, body)).toBe(field);
    expect(sentTo(provider, body, { dropParams: true })).not.toHaveProperty(field);
  });

  it('know which models of xAI reason', () => {
    expect(
      ['grok-4', 'grok-3-mini', 'grok-4-fast-non-reasoning', 'grok-3'].map((model) =>
        refused('xai', { stop: 'x' }, model),
      ),
    ).toEqual(['stop', 'stop', undefined, undefined]);
  });

  it('give Mistral its own names, ids of its own form, and no hints', () => {
    const call = { id: 'call_0123456789', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: 'x' },
    ];
    const sent = sentTo('mistral', { messages, seed: 7, user: 'u', safe_prompt: true });
    expect(sent).toMatchObject({ random_seed: 7, safe_prompt: true });
    expect(sent).not.toHaveProperty('user');
    const [, asked, result] = sent.messages as [Body, { tool_calls: { id: string }[] }, { tool_call_id: string }];
    expect(asked.tool_calls[0]?.id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(result.tool_call_id).toBe(asked.tool_calls[0]?.id);
  });
});
