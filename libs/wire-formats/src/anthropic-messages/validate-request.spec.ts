import { validateRequest } from './validate-request';

const GOOD = { model: 'claude', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] };

function paramOf(body: unknown): string | undefined {
  const check = validateRequest(body);
  if (check.ok) throw new Error('was accepted');
  expect(check.error.code).toBe('invalid_request');
  if (check.error.param !== undefined) expect(check.error.message).toContain(check.error.param);
  return check.error.param;
}

const withBlock = (block: unknown) => ({ ...GOOD, messages: [...GOOD.messages, { role: 'user', content: [block] }] });

describe('A8 validating a Messages request', () => {
  it('accepts the least there can be and says what is in it', () => {
    expect(validateRequest(GOOD)).toEqual({
      ok: true,
      model: 'claude',
      stream: false,
      tools: false,
      images: false,
      maxOutputTokens: 16,
      wantsUsage: true,
    });
  });

  it('accepts everything the wire knows, and what it does not know', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    const body = {
      ...GOOD,
      stream: true,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi' },
            { type: 'search_result', anything: 1 },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'redacted_thinking', data: 'd' },
            { type: 'tool_use', id: 't', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [image], is_error: false }] },
        { role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] },
        { role: 'system', content: 'later' },
      ],
      tools: [
        { name: 'f', input_schema: {} },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      ],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      temperature: 1,
      top_p: 0,
      top_k: 5,
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 1024 },
      metadata: { user_id: null },
      service_tier: 'auto',
      output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
      container: { id: 'c' },
      mcp_servers: [],
    };
    expect(validateRequest(body)).toMatchObject({ ok: true, stream: true, tools: true, images: true });
  });

  it.each([
    ['model', { ...GOOD, model: 7 }],
    ['model', { ...GOOD, model: '' }],
    ['max_tokens', { ...GOOD, max_tokens: undefined }],
    ['max_tokens', { ...GOOD, max_tokens: 0 }],
    ['max_tokens', { ...GOOD, max_tokens: 1.5 }],
    ['messages', { ...GOOD, messages: [] }],
    ['messages', { ...GOOD, messages: { role: 'user' } }],
    ['messages[0]', { ...GOOD, messages: ['hi'] }],
    ['messages[0].role', { ...GOOD, messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { ...GOOD, messages: [{ role: 'user' }] }],
    ['messages[1].content[0]', withBlock(null)],
    ['messages[1].content[0].type', withBlock({ text: 'x' })],
    ['messages[1].content[0].text', withBlock({ type: 'text', text: 1 })],
    ['messages[1].content[0].cache_control', withBlock({ type: 'text', text: 'x', cache_control: 'yes' })],
    ['messages[1].content[0].source', withBlock({ type: 'image' })],
    ['messages[1].content[0].source.type', withBlock({ type: 'image', source: {} })],
    ['messages[1].content[0].source.url', withBlock({ type: 'image', source: { type: 'url' } })],
    ['messages[1].content[0].source.data', withBlock({ type: 'image', source: { type: 'base64', media_type: 'a' } })],
    ['messages[1].content[0].source', withBlock({ type: 'document', source: 'x' })],
    ['messages[1].content[0].signature', withBlock({ type: 'thinking', thinking: 'x' })],
    ['messages[1].content[0].data', withBlock({ type: 'redacted_thinking' })],
    ['messages[1].content[0].input', withBlock({ type: 'tool_use', id: 'a', name: 'b', input: '{}' })],
    ['messages[1].content[0].tool_use_id', withBlock({ type: 'tool_result' })],
    ['messages[1].content[0].is_error', withBlock({ type: 'tool_result', tool_use_id: 'a', is_error: 1 })],
    [
      'messages[1].content[0].content[1].text',
      withBlock({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '' }, { type: 'text' }] }),
    ],
    ['system', { ...GOOD, system: 5 }],
    ['system[0].type', { ...GOOD, system: [{ type: 'image', source: { type: 'url', url: 'u' } }] }],
    ['stream', { ...GOOD, stream: 'yes' }],
    ['temperature', { ...GOOD, temperature: 1.01 }],
    ['top_p', { ...GOOD, top_p: -0.1 }],
    ['top_k', { ...GOOD, top_k: -1 }],
    ['stop_sequences[1]', { ...GOOD, stop_sequences: ['a', 1] }],
    ['tools', { ...GOOD, tools: {} }],
    ['tools[0].name', { ...GOOD, tools: [{ input_schema: {} }] }],
    ['tools[0].input_schema', { ...GOOD, tools: [{ name: 'f' }] }],
    ['tools[0].description', { ...GOOD, tools: [{ name: 'f', input_schema: {}, description: 1 }] }],
    ['tools[0].type', { ...GOOD, tools: [{ type: 1 }] }],
    ['tool_choice', { ...GOOD, tool_choice: 'auto' }],
    ['tool_choice.type', { ...GOOD, tool_choice: { type: 'required' } }],
    ['tool_choice.name', { ...GOOD, tool_choice: { type: 'tool' } }],
    [
      'tool_choice.disable_parallel_tool_use',
      { ...GOOD, tool_choice: { type: 'auto', disable_parallel_tool_use: 'no' } },
    ],
    ['thinking.type', { ...GOOD, thinking: {} }],
    ['thinking.budget_tokens', { ...GOOD, thinking: { type: 'enabled', budget_tokens: 1023 } }],
    ['metadata', { ...GOOD, metadata: [] }],
    ['metadata.user_id', { ...GOOD, metadata: { user_id: 1 } }],
    ['output_config.effort', { ...GOOD, output_config: { effort: 1 } }],
    ['output_config.format.schema', { ...GOOD, output_config: { format: { type: 'json_schema' } } }],
    ['service_tier', { ...GOOD, service_tier: 1 }],
  ])('names %s when it is wrong', (param, body) => {
    expect(paramOf(body)).toBe(param);
  });

  it.each([[null], [[]], ['text'], [undefined]])('refuses %j as a body', (body) => {
    expect(paramOf(body)).toBeUndefined();
  });

  it('takes null for an optional field as its absence', () => {
    expect(validateRequest({ ...GOOD, temperature: null, tools: null, thinking: null })).toMatchObject({ ok: true });
  });

  it('does not mistake a block type for something on the prototype', () => {
    expect(validateRequest(withBlock({ type: 'constructor' }))).toMatchObject({ ok: true });
  });

  it('sees an image inside a tool result', () => {
    const image = { type: 'image', source: { type: 'file', file_id: 'f' } };
    const body = withBlock({ type: 'tool_result', tool_use_id: 't', content: [image] });
    expect(validateRequest(body)).toMatchObject({ ok: true, images: true });
  });
});
