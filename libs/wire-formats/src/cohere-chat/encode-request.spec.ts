import { isGatewayException } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';
import { encodeRequest } from './encode-request';

type Body = Record<string, unknown>;

const openAi = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const ASK = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

function encode(codec: typeof openAi, body: unknown, dropParams: boolean) {
  expect(codec.validateRequest(body)).toMatchObject({ ok: true });
  return encodeRequest(codec.decodeRequest(body), { model: 'command', dropParams, defaultMaxOutputTokens: 4096 });
}

const fromOpenAi = (body: Body, dropParams = false) => encode(openAi, { ...ASK, ...body }, dropParams);
const fromAnthropic = (body: Body, dropParams = false) =>
  encode(anthropic, { ...ASK, max_tokens: 9, ...body }, dropParams);

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (isGatewayException(error)) return error.detail;
    throw error;
  }
  return 'accepted';
}

const tool = (name: string, more: object = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} }, ...more },
});
const call = (id: string, name: string, text = '{"a":1}') => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});

describe('B2 a request to Cohere', () => {
  it('says its model and whether it streams', () => {
    const plain = { model: 'command', messages: [{ role: 'user', content: 'hi' }] };
    expect(fromOpenAi({})).toEqual({ body: { ...plain, stream: false }, dropped: [] });
    expect(fromOpenAi({ stream: true }).body).toEqual({ ...plain, stream: true });
  });

  it('has every setting under Cohere’s name', () => {
    const { body, dropped } = fromOpenAi({
      max_completion_tokens: 50,
      temperature: 1.5,
      top_p: 0.5,
      top_k: 3,
      stop: 'x',
      seed: 7,
      n: 1,
      frequency_penalty: 0.5,
      presence_penalty: 1,
    });
    expect(body).toMatchObject({
      max_tokens: 50,
      temperature: 1.5,
      p: 0.5,
      k: 3,
      stop_sequences: ['x'],
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: 1,
    });
    expect(dropped).toEqual([]);
  });

  it('takes as much of top_p as there is, and says so', () => {
    expect(fromOpenAi({ top_p: 1 })).toMatchObject({ body: { p: 0.99 }, dropped: ['top_p'] });
  });

  it('puts all system prompts first and merges neighbours of a side', () => {
    const { body } = fromOpenAi({
      messages: [
        { role: 'system', content: 'one' },
        { role: 'user', content: 'a' },
        { role: 'system', content: 'two' },
        { role: 'user', content: [{ type: 'text', text: 'b' }] },
        { role: 'assistant', content: 'c' },
        { role: 'user', content: '' },
      ],
    });
    const text = (words: string) => ({ type: 'text', text: words });
    expect(body.messages).toEqual([
      { role: 'system', content: [text('one'), text('two')] },
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: 'c' },
    ]);
    expect(fromOpenAi({ messages: [{ role: 'system', content: 'one' }] }).body.messages).toEqual([
      { role: 'user', content: 'one' },
    ]);
  });

  it('carries images by bytes and by URL, and refuses PDFs by name', () => {
    const image = { type: 'image_url', image_url: { url: 'https://x.example/a', detail: 'low' } };
    const { body } = fromOpenAi({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, image] }] });
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'a' }, image] }]);
    const source = { type: 'base64', media_type: 'image/png', data: 'aGk=' };
    expect(fromAnthropic({ messages: [{ role: 'user', content: [{ type: 'image', source }] }] }).body.messages).toEqual(
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }] }],
    );
    const pdf = { type: 'document', source: { type: 'url', url: 'https://x.example/a.pdf' } };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'a' }, pdf] }];
    expect(refusalOf(() => fromAnthropic({ messages }))).toMatchObject({ param: 'messages[0].content' });
    expect(fromAnthropic({ messages }, true)).toMatchObject({
      body: { messages: [{ role: 'user', content: 'a' }] },
      dropped: ['messages[0].content'],
    });
  });

  it('has what is said before calls as the plan, and results right after their calls', () => {
    const { body } = fromOpenAi({
      tools: [tool('f'), tool('g')],
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: 'I will.', tool_calls: [call('1', 'f'), call('2', 'g', '')] },
        { role: 'tool', tool_call_id: '1', content: 'one' },
        { role: 'tool', tool_call_id: '2', content: 'two' },
        { role: 'user', content: 'and?' },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: 'go' },
      { role: 'assistant', tool_plan: 'I will.', tool_calls: [call('1', 'f'), call('2', 'g', '{}')] },
      { role: 'tool', tool_call_id: '1', content: 'one' },
      { role: 'tool', tool_call_id: '2', content: 'two' },
      { role: 'user', content: 'and?' },
    ]);
  });

  it('returns thoughts that nobody signed, and leaves out those that another provider did', () => {
    const thinking = (signature: string) => ({ type: 'thinking', thinking: 'hm', signature });
    const ask = (signature: string) =>
      fromAnthropic({
        messages: [
          { role: 'user', content: 'go' },
          { role: 'assistant', content: [thinking(signature), { type: 'text', text: 'so' }] },
          { role: 'user', content: 'on' },
        ],
      }).body.messages as Body[];
    expect(ask('')[1]?.content).toEqual([
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'so' },
    ]);
    expect(ask('c2ln')[1]?.content).toBe('so');
  });
});

describe('B2 tools of a request to Cohere', () => {
  it.each([
    ['auto', undefined, ['f', 'g']],
    ['none', 'NONE', ['f', 'g']],
    ['required', 'REQUIRED', ['f', 'g']],
    [{ type: 'function', function: { name: 'g' } }, 'REQUIRED', ['g']],
  ])('with the choice %j are %s of %j', (tool_choice, choice, names) => {
    const { body } = fromOpenAi({ tools: [tool('f'), tool('g')], tool_choice });
    expect(body.tool_choice).toBe(choice);
    expect((body.tools as { function: { name: string } }[]).map((one) => one.function.name)).toEqual(names);
  });

  it('are strict when all of them are, and always have a schema', () => {
    expect(fromOpenAi({ tools: [tool('f', { strict: true })] }).body).toMatchObject({ strict_tools: true });
    expect(fromOpenAi({ tools: [tool('f', { strict: true }), tool('g')] }).body).not.toHaveProperty('strict_tools');
    const bare = { type: 'function', function: { name: 'f' } };
    expect(fromOpenAi({ tools: [bare] }).body.tools).toEqual([tool('f')]);
  });
});

describe('B2 formats and thinking of a request to Cohere', () => {
  const json_schema = { name: 'x', schema: { type: 'object' } };

  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, { type: 'json_object' }],
    [
      { type: 'json_schema', json_schema },
      { type: 'json_object', json_schema: { type: 'object' } },
    ],
  ])('%j is %j', (response_format, expected) => {
    expect(fromOpenAi({ response_format }).body.response_format).toEqual(expected);
  });

  it.each([
    ['none', { type: 'disabled' }],
    ['low', { type: 'enabled', token_budget: 1_024 }],
    ['high', { type: 'enabled' }],
  ])('the effort %s is %j', (reasoning_effort, expected) => {
    expect(fromOpenAi({ reasoning_effort }).body.thinking).toEqual(expected);
  });

  it('a budget is a budget', () => {
    const thinking = { type: 'enabled', budget_tokens: 2_000 };
    expect(fromAnthropic({ thinking, max_tokens: 3_000 }).body.thinking).toEqual({
      type: 'enabled',
      token_budget: 2_000,
    });
  });
});

describe('B3 what Cohere’s API has no word for', () => {
  it.each([
    [{ n: 2 }, 'n'],
    [{ tools: [tool('f')], parallel_tool_calls: false }, 'parallel_tool_calls'],
    [{ tools: [tool('f')], response_format: { type: 'json_object' } }, 'response_format'],
    [{ documents: ['a'], response_format: { type: 'json_object' } }, 'response_format'],
    [{ stop: ['a', 'b', 'c', 'd'].concat('e', 'f').slice(0, 4), presence_penalty: -1 }, 'presence_penalty'],
    [{ frequency_penalty: 1.5 }, 'frequency_penalty'],
    [{ logprobs: true, top_logprobs: 2 }, 'top_logprobs'],
    [{ logit_bias: { '1': 1 } }, 'logit_bias'],
    [{ service_tier: 'flex' }, 'service_tier'],
  ])('%j is refused by name, or dropped where that is allowed', (body, field) => {
    expect(refusalOf(() => fromOpenAi(body))).toMatchObject({ code: 'unsupported_parameter', param: field });
    expect(fromOpenAi(body, true).dropped).toEqual([field]);
  });

  it('by Anthropic’s names for its clients', () => {
    const stop_sequences = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(refusalOf(() => fromAnthropic({ stop_sequences }))).toMatchObject({ param: 'stop_sequences' });
    expect(fromAnthropic({ stop_sequences }, true).body.stop_sequences).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(fromAnthropic({ metadata: { user_id: 'u' } }).dropped).toEqual(['metadata.user_id']);
  });

  it('by the names of the other wires for theirs', () => {
    const asked = { ...openAi.decodeRequest(ASK), choiceCount: 2, stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] };
    const dropped = (clientWire: 'openai-responses' | 'gemini-generate') =>
      encodeRequest({ ...asked, clientWire }, { model: 'm', dropParams: true, defaultMaxOutputTokens: 1 }).dropped;
    expect(dropped('gemini-generate')).toEqual(['generationConfig.candidateCount', 'generationConfig.stopSequences']);
    expect(dropped('openai-responses')).toEqual(['n', 'stop']);
  });

  it('is not what is Cohere’s own', () => {
    const own = {
      documents: ['a'],
      citation_options: { mode: 'OFF' },
      safety_mode: 'STRICT',
      k: 4,
      p: 0.2,
      priority: 3,
    };
    expect(fromOpenAi(own)).toMatchObject({ body: own, dropped: [] });
  });
});
