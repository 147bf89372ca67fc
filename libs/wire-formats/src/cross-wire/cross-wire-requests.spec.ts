import { isGatewayException } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';

const openai = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const OPTIONS = { model: 'm', dropParams: false, defaultMaxOutputTokens: 4096 };

type Body = Record<string, unknown>;
type Wire = typeof openai;

/** A client's body on one wire → the provider's body on the other, both checked by the wire's own validation. */
function cross(body: unknown, from: Wire, to: Wire, options = OPTIONS): Body {
  const check = from.validateRequest(body);
  if (!check.ok) throw new Error(`the ${from.wire} body is refused: ${check.error.message}`);
  const crossed: Body = JSON.parse(JSON.stringify(to.encodeRequest(from.decodeRequest(body), options).body));
  const accepted = to.validateRequest(crossed);
  if (!accepted.ok) throw new Error(`the ${to.wire} body is refused: ${accepted.error.message}`);
  return crossed;
}

const there = (body: unknown) => cross(body, openai, anthropic);
const thereAndBack = (body: unknown) => cross(there(body), anthropic, openai);

const TOOL = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: { type: 'object', properties: { at: {} } } },
};

const CONVERSATION = {
  model: 'm',
  max_tokens: 100,
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
      ],
    },
    {
      role: 'assistant',
      content: 'Let me see.',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"at":"Zürich"}' } },
        { id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '{"at":"Rom"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    { role: 'tool', tool_call_id: 'call_2', content: 'sun' },
    { role: 'user', content: 'Thanks' },
  ],
  tools: [TOOL],
  tool_choice: 'required',
  parallel_tool_calls: false,
  stop: ['END'],
  temperature: 0.5,
  user: 'u-1',
};

describe('B2 an OpenAI request at an Anthropic provider', () => {
  it('says the same in the other dialect', () => {
    expect(there(CONVERSATION)).toEqual({
      model: 'm',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 'call_1', name: 'get_weather', input: { at: 'Zürich' } },
            { type: 'tool_use', id: 'call_2', name: 'get_weather', input: { at: 'Rom' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: 'rain' },
            { type: 'tool_result', tool_use_id: 'call_2', content: 'sun' },
            { type: 'text', text: 'Thanks' },
          ],
        },
      ],
      tools: [{ name: 'get_weather', description: 'Weather', input_schema: TOOL.function.parameters }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      temperature: 0.5,
      metadata: { user_id: 'u-1' },
    });
  });

  it('comes back with text, images, tools, calls, results and system prompt', () => {
    const hubOf = (body: unknown) => openai.decodeRequest(body);
    const merged = hubOf(thereAndBack(CONVERSATION));
    const original = hubOf(CONVERSATION);
    expect(merged.messages.flatMap((message) => message.content)).toEqual(
      original.messages.flatMap((message) => message.content),
    );
    expect({ ...merged, messages: [] }).toEqual({ ...original, messages: [] });
  });

  it('keeps a JSON schema', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    };
    expect(there(body).output_config).toEqual({ format: { type: 'json_schema', schema } });
    expect(thereAndBack(body).response_format).toMatchObject({ type: 'json_schema', json_schema: { schema } });
  });

  it.each([
    ['n', { n: 2 }],
    ['seed', { seed: 7 }],
    ['frequency_penalty', { frequency_penalty: 1 }],
    ['presence_penalty', { presence_penalty: 1 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
  ])('names %s when it is refused, and lists it when it is dropped', (field, fields) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...fields };
    let refusal: unknown = null;
    try {
      there(body);
    } catch (error) {
      refusal = error;
    }
    expect(isGatewayException(refusal) && refusal.detail).toMatchObject({
      code: 'unsupported_parameter',
      param: field,
    });
    const dropping = { ...OPTIONS, dropParams: true };
    expect(anthropic.encodeRequest(openai.decodeRequest(body), dropping).dropped).toEqual([field]);
  });

  it('any conversation keeps every text and every call, in order', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,8}$/);
    const text = fc.string({ minLength: 1 });
    const call = fc.record({
      id: word,
      type: fc.constant('function'),
      function: fc.record({
        name: word,
        arguments: fc.oneof(
          fc.dictionary(word, fc.jsonValue()).map((value) => JSON.stringify(value)),
          fc.constant('{"cut'),
        ),
      }),
    });
    const turn = fc
      .record({ question: text, answer: text, calls: fc.array(call, { maxLength: 3 }), result: text })
      .map(({ question, answer, calls, result }) => [
        { role: 'user', content: question },
        { role: 'assistant', content: answer, ...(calls.length > 0 && { tool_calls: calls }) },
        ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result })),
      ]);
    fc.assert(
      fc.property(text, fc.array(turn, { minLength: 1, maxLength: 3 }), (system, turns) => {
        const body = { model: 'm', max_tokens: 9, messages: [{ role: 'system', content: system }, ...turns.flat()] };
        const original = openai.decodeRequest(body);
        const back = openai.decodeRequest(thereAndBack(body));
        const contentOf = (request: typeof original) => request.messages.flatMap((message) => message.content);
        expect(contentOf(back)).toEqual(contentOf(original));
        expect(back.system).toEqual(original.system);
      }),
    );
  });
});

describe('A8 an Anthropic request at an OpenAI provider', () => {
  const body = {
    model: 'm',
    max_tokens: 100,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'ok' }] },
          { type: 'text', text: 'Go on' },
        ],
      },
    ],
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: 'f' },
    stop_sequences: ['END'],
  };

  it('becomes messages, tool messages and functions', () => {
    const crossed = cross(body, anthropic, openai);
    expect(crossed).toMatchObject({
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
    });
    const roles = (crossed.messages as { role: string }[]).map((message) => message.role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
    expect(crossed.messages).toMatchObject([
      {},
      { content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }] },
      { tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
      { tool_call_id: 't1' },
      {},
    ]);
  });

  it('comes back with the same calls and results', () => {
    const back = cross(cross(body, anthropic, openai), openai, anthropic);
    expect(back.messages).toMatchObject([
      { role: 'user', content: body.messages[0]!.content },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 't1', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: 'ok' },
          { type: 'text', text: 'Go on' },
        ],
      },
    ]);
  });

  it('names what OpenAI has no word for by the client’s path', () => {
    const withFile = {
      ...body,
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }],
    };
    const { dropped } = openai.encodeRequest(anthropic.decodeRequest(withFile), { ...OPTIONS, dropParams: true });
    expect(dropped).toContain('messages[0].content[0]');
  });
});
