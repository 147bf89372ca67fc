import { isGatewayException } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';
import { encodeRequest } from './encode-request';
import { placeConfiguredFields } from './own-fields';

type Body = Record<string, unknown>;

const openAi = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const ASK = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const PIXEL = 'aGk=';

interface Options {
  readonly model?: string;
  readonly dropParams?: boolean;
}

function encode(codec: typeof openAi, body: unknown, { model = 'llama3', dropParams = false }: Options = {}) {
  expect(codec.validateRequest(body)).toMatchObject({ ok: true });
  return encodeRequest(codec.decodeRequest(body), { model, dropParams, defaultMaxOutputTokens: 4096 });
}

const fromOpenAi = (body: Body, options?: Options) => encode(openAi, { ...ASK, ...body }, options);
const fromAnthropic = (body: Body, options?: Options) => encode(anthropic, { ...ASK, max_tokens: 9, ...body }, options);

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (isGatewayException(error)) return error.detail;
    throw error;
  }
  return 'accepted';
}

const TOOL = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } };

describe('B2 a request to Ollama', () => {
  it('says whether it streams, since it does unless told not to', () => {
    expect(fromOpenAi({}).body).toEqual({ model: 'llama3', messages: ASK.messages, stream: false });
    expect(fromOpenAi({ stream: true }).body).toMatchObject({ stream: true });
  });

  it('has every setting at its place', () => {
    const { body, dropped } = fromOpenAi({
      max_completion_tokens: 50,
      temperature: 1.5,
      top_p: 0.5,
      top_k: 3,
      stop: ['a', '', 'b'],
      seed: 7,
      n: 1,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      user: 'u',
    });
    expect(body.options).toEqual({
      num_predict: 50,
      temperature: 1.5,
      top_p: 0.5,
      top_k: 3,
      stop: ['a', 'b'],
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
    });
    expect(dropped).toEqual(['user']);
  });

  it('has Ollama’s own settings where it reads them, whoever wrote them', () => {
    const { body } = fromOpenAi({ temperature: 1, num_ctx: 8192, keep_alive: '5m', options: { min_p: 0.1 } });
    expect(body).toMatchObject({ keep_alive: '5m', options: { num_ctx: 8192, min_p: 0.1, temperature: 1 } });
    expect(placeConfiguredFields({ num_ctx: 1, keep_alive: 2, something: 3 })).toEqual({
      something: 3,
      keep_alive: 2,
      options: { num_ctx: 1 },
    });
  });

  it('has texts, images beside them, and nothing else', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } };
    const content = [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }];
    const messages = [
      { role: 'system', content: 'one' },
      { role: 'user', content },
      { role: 'system', content: 'two' },
    ];
    expect(fromOpenAi({ messages }).body.messages).toEqual([
      { role: 'system', content: 'one' },
      { role: 'user', content: 'a\nb', images: [PIXEL] },
      { role: 'system', content: 'two' },
    ]);
  });

  it('has calls with objects, and results that name their tool', () => {
    const { body } = fromAnthropic({
      messages: [
        { role: 'user', content: 'go' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: '' },
            { type: 'thinking', thinking: 'theirs', signature: 'c2ln' },
            { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'c1',
              content: [
                { type: 'text', text: 'ok' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
              ],
            },
            { type: 'text', text: 'and?' },
          ],
        },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: '',
        thinking: 'hm',
        tool_calls: [{ id: 'c1', function: { name: 'f', arguments: { a: 1 } } }],
      },
      { role: 'tool', content: 'ok', tool_name: 'f', tool_call_id: 'c1' },
      { role: 'user', content: 'and?', images: [PIXEL] },
    ]);
  });

  it('has tools unless none may be called', () => {
    expect(fromOpenAi({ tools: [TOOL], tool_choice: 'auto' }).body.tools).toEqual([TOOL]);
    expect(fromOpenAi({ tools: [TOOL], tool_choice: 'none' }).body).not.toHaveProperty('tools');
  });

  it('asks for JSON, of a schema or any', () => {
    const schema = { type: 'object' };
    const json = { type: 'json_schema', json_schema: { name: 'n', schema } };
    expect(fromOpenAi({ response_format: json }).body.format).toEqual(schema);
    expect(fromOpenAi({ response_format: { type: 'json_object' } }).body.format).toBe('json');
    expect(fromOpenAi({ response_format: { type: 'text' } }).body).not.toHaveProperty('format');
  });

  it.each([
    ['llama3', 'high', true],
    ['llama3', 'none', false],
    ['gpt-oss:20b', 'minimal', 'low'],
    ['gpt-oss:20b', 'xhigh', 'high'],
    ['gpt-oss:20b', 'none', false],
  ])('makes %s think at effort %s as it can: %s', (model, effort, think) => {
    expect(fromOpenAi({ reasoning_effort: effort }, { model }).body.think).toBe(think);
  });

  it('thinks when there is a budget, and says that the budget is lost', () => {
    const { body, dropped } = fromAnthropic({ thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 2048 });
    expect([body.think, dropped]).toEqual([true, ['thinking.budget_tokens']]);
  });

  it.each([
    ['tool_choice', { tools: [TOOL], tool_choice: 'required' }],
    ['tool_choice', { tools: [TOOL], tool_choice: { type: 'function', function: { name: 'f' } } }],
    ['parallel_tool_calls', { tools: [TOOL], parallel_tool_calls: false }],
    ['n', { n: 2 }],
    [
      'messages[0].content',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }] },
    ],
  ])('cannot say %s: refused by name, or dropped', (param, body) => {
    expect(refusalOf(() => fromOpenAi(body))).toMatchObject({ code: 'unsupported_parameter', param });
    expect(fromOpenAi(body, { dropParams: true }).dropped).toEqual([param]);
  });

  it('cannot take a PDF', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
    const messages = [{ role: 'user', content: [{ type: 'document', source }] }];
    expect(refusalOf(() => fromAnthropic({ messages }))).toMatchObject({ param: 'messages[0].content' });
  });
});
