import { isGatewayException } from '@gateway/domain';
import fc from 'fast-check';
import { arbitraryRequestBody } from './__fixtures__/arbitrary-request-body';
import { decodeRequest } from './decode-request';
import { encodeRequest } from './encode-request';
import { validateRequest } from './validate-request';

const strict = { model: 'provider-model', dropParams: false, defaultMaxOutputTokens: 4096 };
const user = { role: 'user', content: 'hi' };
const body = (fields: Record<string, unknown> = {}) => ({ model: 'm', messages: [user], ...fields });
const hub = (fields: Record<string, unknown> = {}) => ({ ...decodeRequest(body()), clientWire: undefined, ...fields });

function refusedParam(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (isGatewayException(error) && error.detail.code === 'unsupported_parameter') return error.detail.param;
    throw error;
  }
  return undefined;
}

describe('A1 a chat request to the hub and back', () => {
  it('loses nothing the wire holds', () => {
    fc.assert(
      fc.property(arbitraryRequestBody, (request) => {
        expect(validateRequest(request)).toMatchObject({ ok: true });
        const { body: back, dropped } = encodeRequest(decodeRequest(request), { ...strict, model: request.model });
        const streaming = request.stream ? { stream: true, stream_options: { include_usage: true } } : {};
        const { stream: _stream, stream_options: _options, ...rest } = request;
        expect({ back, dropped }).toEqual({ back: { ...rest, ...streaming }, dropped: [] });
      }),
      { numRuns: 400 },
    );
  });

  it('takes leading system and developer messages as the system prompt and leaves later and named ones in place', () => {
    const request = decodeRequest(
      body({
        messages: [
          { role: 'system', content: 'a' },
          { role: 'developer', content: [{ type: 'text', text: 'b', cache_control: { type: 'ephemeral' } }] },
          { role: 'system', content: 'c', name: 'n' },
          user,
          { role: 'system', content: 'd' },
        ],
      }),
    );
    expect(request.system).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cacheControl: { type: 'ephemeral' } },
    ]);
    expect(request.messages.map(({ role, name }) => [role, name])).toEqual([
      ['system', 'n'],
      ['user', undefined],
      ['system', undefined],
    ]);
  });

  it('reads images as URLs or as the data they carry', () => {
    const images = [
      'https://x/y.png',
      'data:image/PNG;base64,QUJD',
      'data:image/svg+xml;charset=utf-8;base64,QQ==',
      'data:text/plain,hi',
    ];
    const content = images.map((url) => ({ type: 'image_url', image_url: { url, detail: 'low' } }));
    const [message] = decodeRequest(body({ messages: [{ role: 'user', content }] })).messages;
    expect(message!.content.map((part) => part.type === 'image' && [part.source, part.detail])).toEqual([
      [{ kind: 'url', url: 'https://x/y.png' }, 'low'],
      [{ kind: 'base64', mediaType: 'image/png', data: 'QUJD' }, 'low'],
      [{ kind: 'base64', mediaType: 'image/svg+xml', data: 'QQ==' }, 'low'],
      [{ kind: 'url', url: 'data:text/plain,hi' }, 'low'],
    ]);
  });

  it('joins results of parallel calls into one message, apart from what the user says next', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    const messages = [
      user,
      { role: 'assistant', content: null, tool_calls: [call('1'), call('2')] },
      { role: 'tool', tool_call_id: '1', content: 'a' },
      { role: 'tool', tool_call_id: '2', content: 'b' },
      user,
    ];
    const decoded = decodeRequest(body({ messages })).messages;
    expect(decoded.map(({ role, content }) => [role, content.map((part) => part.type)])).toEqual([
      ['user', ['text']],
      ['assistant', ['tool-call', 'tool-call']],
      ['user', ['tool-result', 'tool-result']],
      ['user', ['text']],
    ]);
  });

  it('reads the older function calls as tool calls whose results find them', () => {
    const messages = [
      user,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ];
    const { body: back } = encodeRequest(decodeRequest(body({ messages })), strict);
    expect(back.messages).toEqual([
      user,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    ]);
  });

  it('keeps what the hub has no word for under the client’s name, unless it says nothing', () => {
    const request = decodeRequest(
      body({
        ...{
          logprobs: false,
          store: false,
          logit_bias: {},
          metadata: null,
          modalities: ['text'],
          service_tier: 'auto',
        },
        ...{ top_logprobs: 2, min_p: 0.1, stream_options: { include_usage: true, include_obfuscation: false } },
        tools: [{ type: 'mcp', server_label: 's' }],
        tool_choice: { type: 'allowed_tools' },
        messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }],
      }),
    );
    expect(request.unmapped).toEqual({
      top_logprobs: 2,
      min_p: 0.1,
      stream_options: { include_obfuscation: false },
      tools: [{ type: 'mcp', server_label: 's' }],
      tool_choice: { type: 'allowed_tools' },
      'messages[0].content[0]': { type: 'file', file: {} },
    });
  });
});

describe('B5 a hub request for a provider of this wire', () => {
  it.each([
    ['gpt-4o', 'max_tokens'],
    ['deepseek-chat', 'max_tokens'],
    ['o1', 'max_completion_tokens'],
    ['openai/o3-mini', 'max_completion_tokens'],
    ['gpt-5.1-mini', 'max_completion_tokens'],
    ['gpt-5', 'max_completion_tokens'],
    ['olmo-2', 'max_tokens'],
    ['gpt-50x', 'max_tokens'],
  ])('limits the output of %s with %s', (model, field) => {
    const { body: encoded } = encodeRequest(hub({ maxOutputTokens: 9 }), { ...strict, model });
    expect([encoded.max_tokens, encoded.max_completion_tokens]).toEqual(
      field === 'max_tokens' ? [9, undefined] : [undefined, 9],
    );
  });

  it('always asks for usage when streaming, and only then', () => {
    expect(encodeRequest(hub({ stream: true }), strict).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(encodeRequest(hub(), strict).body).not.toHaveProperty('stream_options');
    const own = decodeRequest(body({ stream_options: { include_obfuscation: false } }));
    expect(encodeRequest(own, strict).body).not.toHaveProperty('stream_options');
    const streamed = { ...own, stream: true };
    expect(encodeRequest(streamed, strict).body.stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['top_k', { topK: 5 }],
    ['reasoning_effort', { reasoning: { budgetTokens: 2000 } }],
    ['thinking.budget_tokens', { reasoning: { budgetTokens: 2000 }, clientWire: 'anthropic-messages' }],
    ['container', { unmapped: { container: 'x' } }],
    ['messages[0].content[1]', { unmapped: { 'messages[0].content[1]': { type: 'file' } }, clientWire: 'openai-chat' }],
  ])('refuses %s, or drops it when allowed', (param, fields) => {
    expect(refusedParam(() => encodeRequest(hub(fields), strict))).toBe(param);
    const { body: encoded, dropped } = encodeRequest(hub(fields), { ...strict, dropParams: true });
    expect(dropped).toEqual([param]);
    expect(encoded).toEqual(encodeRequest(hub(), strict).body);
  });

  it('does not refuse a foreign field that says nothing', () => {
    expect(encodeRequest(hub({ unmapped: { a: null, b: false } }), strict).dropped).toEqual([]);
  });

  it.each([
    ['gpt-5', 'high', { reasoning_effort: 'high' }],
    ['deepseek-reasoner', 'low', { reasoning_effort: 'low' }],
    ['gpt-4o', 'none', {}],
    ['gpt-5', 'none', {}],
  ])('asks %s for %s effort', (model, effort, expected) => {
    const { body: encoded } = encodeRequest(hub({ reasoning: { effort, budgetTokens: 1 } }), { ...strict, model });
    expect(encoded).toEqual({ ...encodeRequest(hub(), { ...strict, model }).body, ...expected });
  });

  it('refuses reasoning for a model known not to reason', () => {
    expect(
      refusedParam(() => encodeRequest(hub({ reasoning: { effort: 'low' } }), { ...strict, model: 'gpt-4o' })),
    ).toBe('reasoning_effort');
  });

  it('writes tool results before what the user says, and moves their images to the user', () => {
    const image = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'QQ' } };
    const content = [
      { type: 'text', text: 'and?' },
      { type: 'tool-result', toolCallId: '1', content: [{ type: 'text', text: 'a' }, image], isError: true },
      { type: 'tool-result', toolCallId: '2', content: [] },
    ];
    expect(encodeRequest(hub({ messages: [{ role: 'user', content }] }), strict).body.messages).toEqual([
      { role: 'tool', tool_call_id: '1', content: 'a' },
      { role: 'tool', tool_call_id: '2', content: '' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,QQ' } },
          { type: 'text', text: 'and?' },
        ],
      },
    ]);
  });

  it('keeps a foreign model’s reasoning to itself', () => {
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 's' },
          { type: 'text', text: 'a' },
        ],
      },
    ];
    expect(encodeRequest(hub({ messages }), strict).body.messages).toEqual([{ role: 'assistant', content: 'a' }]);
  });

  it('leaves parallel_tool_calls out where there are no tools', () => {
    expect(encodeRequest(hub({ parallelToolCalls: false }), strict).body).not.toHaveProperty('parallel_tool_calls');
  });
});
