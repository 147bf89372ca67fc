import { decodeRequest } from './decode-request';

const BASE = { model: 'claude', max_tokens: 16, messages: [{ role: 'user', content: 'hi' }] };

describe('A8 decoding a Messages request', () => {
  it('reads the least there can be', () => {
    expect(decodeRequest(BASE)).toEqual({
      model: 'claude',
      system: [],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      maxOutputTokens: 16,
      stream: false,
      clientWire: 'anthropic-messages',
      unmapped: {},
    });
  });

  it('reads content of every kind in order, markers kept', () => {
    const cacheControl = { type: 'ephemeral' };
    const request = decodeRequest({
      ...BASE,
      system: [{ type: 'text', text: 'Be brief.', cache_control: cacheControl }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'page' } },
            { type: 'text', text: 'What?', cache_control: cacheControl },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'redacted_thinking', data: 'xyz' },
            { type: 'tool_use', id: 't1', name: 'look', input: { at: [1, { b: null }] } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', is_error: true, content: 'broken' },
            { type: 'tool_result', tool_use_id: 't2', content: [{ type: 'text', text: 'a' }] },
            { type: 'tool_result', tool_use_id: 't3' },
          ],
        },
      ],
    });
    expect(request.system).toEqual([{ type: 'text', text: 'Be brief.', cacheControl }]);
    expect(request.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
          { type: 'document', source: { kind: 'text', text: 'page' } },
          { type: 'text', text: 'What?', cacheControl },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 'sig' },
          { type: 'reasoning', text: '', redactedData: 'xyz' },
          { type: 'tool-call', id: 't1', name: 'look', argumentsText: '{"at":[1,{"b":null}]}' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool-result', toolCallId: 't1', isError: true, content: [{ type: 'text', text: 'broken' }] },
          { type: 'tool-result', toolCallId: 't2', content: [{ type: 'text', text: 'a' }] },
          { type: 'tool-result', toolCallId: 't3', content: [] },
        ],
      },
    ]);
    expect(request.unmapped).toEqual({});
  });

  it('unwraps arguments that were no JSON, and only those', () => {
    const argumentsOf = (input: unknown) => {
      const content = [{ type: 'tool_use', id: 't', name: 'f', input }];
      return decodeRequest({ ...BASE, messages: [{ role: 'assistant', content }] }).messages[0]?.content[0];
    };
    expect(argumentsOf({ INVALID_JSON: '{"cut' })).toMatchObject({ argumentsText: '{"cut' });
    const other = { INVALID_JSON: '{"cut', more: 1 };
    expect(argumentsOf(other)).toMatchObject({ argumentsText: JSON.stringify(other) });
  });

  it('reads settings into the hub vocabulary', () => {
    const request = decodeRequest({
      ...BASE,
      stream: true,
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    });
    expect(request).toMatchObject({
      stream: true,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      stopSequences: ['END'],
      user: 'u-1',
      tools: [{ name: 'f', description: 'd', inputSchema: { type: 'object' }, strict: true }],
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
      responseFormat: { type: 'json-schema', schema: { type: 'object' }, strict: true },
      unmapped: {},
    });
  });

  it.each([
    [{ type: 'auto' }, { type: 'auto' }],
    [{ type: 'none' }, { type: 'none' }],
    [
      { type: 'tool', name: 'f' },
      { type: 'tool', name: 'f' },
    ],
  ])('reads tool_choice %j', (choice, expected) => {
    const request = decodeRequest({ ...BASE, tool_choice: choice });
    expect(request.toolChoice).toEqual(expected);
    expect(request.parallelToolCalls).toBeUndefined();
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { effort: 'low', budgetTokens: 1024 }],
    [{ thinking: { type: 'enabled', budget_tokens: 10_000 } }, { effort: 'medium', budgetTokens: 10_000 }],
    [{ thinking: { type: 'enabled', budget_tokens: 64_000 } }, { effort: 'high', budgetTokens: 64_000 }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, { effort: 'xhigh' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
    [{ thinking: { type: 'adaptive' } }, undefined],
  ])('reads %j as reasoning %j', (fields, reasoning) => {
    expect(decodeRequest({ ...BASE, ...fields }).reasoning).toEqual(reasoning);
  });

  it('lists what the hub has no word for under the name the client used', () => {
    const request = decodeRequest({
      ...BASE,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'document', source: { type: 'file' } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'search_result' }] }],
        },
      ],
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      thinking: { type: 'between_tools' },
      metadata: { tenant: 'x' },
      output_config: { verbosity: 'low' },
      container: 'c-1',
      service_tier: null,
      cache_control: { type: 'ephemeral' },
    });
    expect(Object.keys(request.unmapped).sort()).toEqual([
      'container',
      'messages[0].content[1]',
      'messages[1].content[0].content[0]',
      'metadata.tenant',
      'output_config.verbosity',
      'thinking',
      'tools[0]',
    ]);
    expect(request.tools).toBeUndefined();
  });
});
