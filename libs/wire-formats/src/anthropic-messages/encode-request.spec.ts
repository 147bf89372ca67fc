import { type ChatRequest, isGatewayException, type Message } from '@gateway/domain';
import { encodeRequest } from './encode-request';

const OPTIONS = { model: 'claude-sonnet-4-5', dropParams: false, defaultMaxOutputTokens: 4096 };
const BASE: ChatRequest = {
  model: 'group',
  system: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  stream: false,
  unmapped: {},
};
const text = (value: string) => ({ type: 'text', text: value }) as const;
const call = (id: string, argumentsText = '{}') => ({ type: 'tool-call', id, name: 'f', argumentsText }) as const;
const result = (toolCallId: string, value: string) =>
  ({ type: 'tool-result', toolCallId, content: [text(value)] }) as const;

const encode = (fields: Partial<ChatRequest>, options: Partial<typeof OPTIONS> = {}) =>
  encodeRequest({ ...BASE, ...fields }, { ...OPTIONS, ...options });
const messagesOf = (messages: Message[]) => encode({ messages }).body.messages;

describe('B2 encoding a request for Anthropic', () => {
  it('writes the least there can be, with the limit the API demands', () => {
    expect(encode({})).toEqual({
      body: { model: 'claude-sonnet-4-5', max_tokens: 4096, messages: [{ role: 'user', content: 'hi' }] },
      dropped: [],
    });
  });

  it('writes settings under the names of the wire', () => {
    const { body } = encode({
      stream: true,
      maxOutputTokens: 5,
      temperature: 1,
      topP: 0.1,
      topK: 2,
      stopSequences: ['END'],
      user: 'u',
      responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' } },
      choiceCount: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
      unmapped: { logprobs: false, logit_bias: null },
    });
    expect(body).toMatchObject({
      stream: true,
      max_tokens: 5,
      temperature: 1,
      top_p: 0.1,
      top_k: 2,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    });
  });

  it('gives several tool messages as one user turn, results first, and merges neighbours of one role', () => {
    expect(
      messagesOf([
        { role: 'user', content: [text('a')] },
        { role: 'user', content: [text('b')] },
        { role: 'assistant', content: [text('c')] },
        { role: 'assistant', content: [call('t1', '{"x":1}'), call('t2')] },
        { role: 'user', content: [result('t1', 'one')] },
        { role: 'user', content: [text('and?'), result('t2', 'two')] },
      ]),
    ).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      {
        role: 'assistant',
        content: [
          text('c'),
          { type: 'tool_use', id: 't1', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 't2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: 'one' },
          { type: 'tool_result', tool_use_id: 't2', content: 'two' },
          text('and?'),
        ],
      },
    ]);
  });

  it('keeps the cache marker of a lone text', () => {
    const marked = { ...text('long'), cacheControl: { type: 'ephemeral' } };
    const block = { ...text('long'), cache_control: { type: 'ephemeral' } };
    const { body } = encode({ system: [marked], messages: [{ role: 'user', content: [marked] }] });
    expect(body).toMatchObject({ system: [block], messages: [{ role: 'user', content: [block] }] });
  });

  it('adds a system message of the conversation to the end of the system prompt', () => {
    const { body } = encode({
      system: [text('first')],
      messages: [
        { role: 'user', content: [text('a')] },
        { role: 'system', content: [text('later')] },
        { role: 'user', content: [text('b')] },
      ],
    });
    expect(body.system).toEqual([text('first'), text('later')]);
    expect(body.messages).toEqual([{ role: 'user', content: [text('a'), text('b')] }]);
  });

  it('asks a request of nothing but system prompts as a user turn', () => {
    const { body } = encode({ system: [text('Say hi')], messages: [] });
    expect(body).not.toHaveProperty('system');
    expect(body.messages).toEqual([{ role: 'user', content: 'Say hi' }]);
  });

  it('leaves out what the API would refuse: empty text, empty turns, unsigned reasoning', () => {
    expect(
      messagesOf([
        { role: 'user', content: [text('')] },
        { role: 'assistant', content: [{ type: 'reasoning', text: 'unsigned' }] },
        { role: 'user', content: [text('a'), text('')] },
      ]),
    ).toEqual([{ role: 'user', content: 'a' }]);
  });

  it('keeps signed and encrypted reasoning as it was', () => {
    const content = [
      { type: 'reasoning', text: 'hm', signature: 'sig' },
      { type: 'reasoning', text: '', redactedData: 'xyz' },
    ] as const;
    expect(messagesOf([{ role: 'assistant', content }])).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'redacted_thinking', data: 'xyz' },
        ],
      },
    ]);
  });

  it('writes images, errors and cache markers', () => {
    const cacheControl = { type: 'ephemeral' };
    const content = [
      { type: 'tool-result', toolCallId: 't', content: [], isError: true, cacheControl },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' }, cacheControl },
    ] as const;
    expect(messagesOf([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't', is_error: true, cache_control: cacheControl },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          {
            type: 'image',
            source: { type: 'base64', media_type: 'image/png', data: 'aGk=' },
            cache_control: cacheControl,
          },
        ],
      },
    ]);
  });

  it.each(['{"cut', '"text"', '[1]', 'null'])(
    'wraps the arguments %s, which are not a JSON object',
    (argumentsText) => {
      expect(messagesOf([{ role: 'assistant', content: [call('t', argumentsText)] }])).toMatchObject([
        { content: [{ input: { INVALID_JSON: argumentsText } }] },
      ]);
    },
  );

  it('maps call ids the API would refuse the same way on call and result', () => {
    const messages = messagesOf([
      { role: 'assistant', content: [call('functions.f:0')] },
      { role: 'user', content: [result('functions.f:0', 'x')] },
    ]);
    expect(messages).toMatchObject([
      { content: [{ id: 'functions_f_0' }] },
      { content: [{ tool_use_id: 'functions_f_0' }] },
    ]);
  });

  const tool = { name: 'f', inputSchema: undefined };
  it.each([
    [{ toolChoice: { type: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { type: 'required' } }, { type: 'any' }],
    [{ toolChoice: { type: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: { type: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { toolChoice: { type: 'required' }, parallelToolCalls: true },
      { type: 'any', disable_parallel_tool_use: false },
    ],
    [{}, undefined],
  ] as const)('writes the choice %j as %j', (fields, expected) => {
    const { body } = encode({ tools: [tool], ...fields });
    expect(body.tool_choice).toEqual(expected);
    expect(body.tools).toEqual([{ name: 'f', input_schema: { type: 'object', properties: {} } }]);
  });

  it('sends no choice without tools', () => {
    expect(encode({ toolChoice: { type: 'auto' } }).body).not.toHaveProperty('tool_choice');
  });
});

describe('B2 what Anthropic cannot express', () => {
  const LOSSES: readonly (readonly [string, Partial<ChatRequest>])[] = [
    ['n', { choiceCount: 2 }],
    ['seed', { seed: 0 }],
    ['frequency_penalty', { frequencyPenalty: 0.1 }],
    ['presence_penalty', { presencePenalty: -1 }],
    ['temperature', { temperature: 1.5 }],
    ['stop', { stopSequences: ['\n'] }],
    ['response_format', { responseFormat: { type: 'json-object' } }],
    ['reasoning_effort', { reasoning: { effort: 'colossal' } }],
    ['logprobs', { unmapped: { logprobs: true } }],
  ];

  it.each(LOSSES)('refuses %s by the client’s name for it', (field, fields) => {
    const refusal = (() => {
      try {
        return encode(fields);
      } catch (error) {
        return error;
      }
    })();
    expect(isGatewayException(refusal) && refusal.detail).toMatchObject({
      code: 'unsupported_parameter',
      param: field,
    });
  });

  it.each(LOSSES)('drops %s when told to, and says so', (field, fields) => {
    const { body, dropped } = encode(fields, { dropParams: true });
    expect(dropped).toEqual([field]);
    expect(body).toEqual(encode({}).body);
  });

  it('gives a client of this wire its own fields back, but not what has lost its place', () => {
    const unmapped = { container: 'c', 'messages[0].content[1]': {}, 'metadata.tenant': 'x' };
    const { body, dropped } = encode({ clientWire: 'anthropic-messages', unmapped }, { dropParams: true });
    expect(body).toEqual({ ...encode({}).body, container: 'c' });
    expect(dropped).toEqual(['messages[0].content[1]', 'metadata.tenant']);
  });

  it('keeps the stop sequences that can be sent', () => {
    const { body } = encode({ stopSequences: [' ', 'END'] }, { dropParams: true });
    expect(body.stop_sequences).toEqual(['END']);
  });
});

describe('B2 reasoning effort', () => {
  const effort = (value: string, fields: Partial<ChatRequest> = {}, model = 'claude-sonnet-4-5') =>
    encode({ reasoning: { effort: value }, ...fields }, { model });

  it.each([
    ['minimal', 1024],
    ['low', 2048],
    ['medium', 8192],
    ['high', 16_384],
    ['xhigh', 32_768],
  ])('%s is a budget of %i on top of a limit of our own', (name, budget) => {
    expect(effort(name).body).toMatchObject({
      max_tokens: 4096 + budget,
      thinking: { type: 'enabled', budget_tokens: budget },
    });
  });

  it('stays within the limit the client gave', () => {
    expect(effort('high', { maxOutputTokens: 6000 }).body).toMatchObject({
      max_tokens: 6000,
      thinking: { budget_tokens: 3000 },
    });
    expect(effort('high', { maxOutputTokens: 1500 }).body).toMatchObject({ thinking: { budget_tokens: 1024 } });
    const tooSmall = effort('high', { maxOutputTokens: 1024 });
    expect(tooSmall.body).not.toHaveProperty('thinking');
    expect(tooSmall.dropped).toEqual(['reasoning_effort']);
  });

  it('is left out, not refused, where the API would refuse thinking', () => {
    const tools = [{ name: 'f', inputSchema: {} }];
    const forced = effort('low', { tools, toolChoice: { type: 'required' } });
    const unsigned = effort('low', {
      messages: [
        { role: 'assistant', content: [call('t')] },
        { role: 'user', content: [result('t', 'x')] },
      ],
    });
    for (const { body, dropped } of [forced, unsigned]) {
      expect(body).not.toHaveProperty('thinking');
      expect(dropped).toEqual(['reasoning_effort']);
    }
    const signed = effort('low', {
      messages: [{ role: 'assistant', content: [{ type: 'reasoning', text: 'h', signature: 's' }, call('t')] }],
    });
    expect(signed.body).toMatchObject({ thinking: { type: 'enabled' } });
  });

  it('is adaptive with an effort on models that want it so', () => {
    expect(effort('high', {}, 'claude-opus-4-6').body).toMatchObject({
      max_tokens: 4096,
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
  });

  it('keeps the schema beside the effort', () => {
    const responseFormat = { type: 'json-schema', name: 'n', schema: {} } as const;
    expect(effort('low', { responseFormat }, 'claude-opus-5').body.output_config).toEqual({
      effort: 'low',
      format: { type: 'json_schema', schema: {} },
    });
  });

  it('none turns thinking off where there is any', () => {
    expect(effort('none').body.thinking).toEqual({ type: 'disabled' });
    expect(effort('none', {}, 'claude-3-haiku-20240307').body).not.toHaveProperty('thinking');
  });

  it.each([
    ['claude-3-5-sonnet-20241022', 'none'],
    ['claude-3-7-sonnet-20250219', 'enabled'],
    ['claude-sonnet-4-20250514', 'enabled'],
    ['claude-opus-4-1-20250805', 'enabled'],
    ['claude-haiku-4-5', 'enabled'],
    ['anthropic/claude-sonnet-4.5', 'enabled'],
    ['claude-sonnet-4-6', 'adaptive'],
    ['claude-opus-4-10', 'adaptive'],
    ['claude-opus-5', 'adaptive'],
    ['deepseek-reasoner', 'enabled'],
  ])('%s thinks by %s', (model, style) => {
    const { body } = encode({ reasoning: { effort: 'low' } }, { model, dropParams: true });
    expect((body.thinking as { type: string } | undefined)?.type ?? 'none').toBe(style);
  });

  it('sends a budget the client named as it is', () => {
    const { body } = encode({ reasoning: { budgetTokens: 5000, effort: 'low' }, maxOutputTokens: 9000 });
    expect(body).toMatchObject({ max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 5000 } });
  });
});
