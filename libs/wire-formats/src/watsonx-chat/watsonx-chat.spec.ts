import { isGatewayException } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { decodeStream } from '../cross-wire/__fixtures__/read-stream';
import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { watsonxChatCodec } from './codec';

type Body = Record<string, unknown>;

const openAi = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const ASK = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

function encode(codec: typeof openAi, body: unknown, { model = 'granite', dropParams = false } = {}) {
  expect(codec.validateRequest(body)).toMatchObject({ ok: true });
  return watsonxChatCodec.encodeRequest(codec.decodeRequest(body), { model, dropParams, defaultMaxOutputTokens: 4096 });
}
const fromOpenAi = (body: Body, dropParams = false) => encode(openAi, { ...ASK, ...body }, { dropParams });

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
const refusedParam = (act: () => unknown): unknown => {
  const error = thrownBy(act);
  return isGatewayException(error) ? error.detail.param : error;
};

const tool = (name: string, more: object = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} }, ...more },
});

describe('B2 a request to watsonx.ai', () => {
  it('names the model, and neither streaming nor usage, which the address and the service decide', () => {
    const sent = { model_id: 'granite', messages: ASK.messages };
    expect(fromOpenAi({})).toEqual({ body: sent, dropped: [] });
    expect(fromOpenAi({ stream: true, stream_options: { include_usage: true } }).body).toEqual(sent);
  });

  it('names no model for a deployment: its path does', () => {
    expect(encode(openAi, ASK, { model: 'deployment/mine' }).body).toEqual({ messages: ASK.messages });
  });

  it('has settings and its own fields as they are, and hints not at all', () => {
    const settings = { max_tokens: 9, temperature: 0.5, top_p: 0.9, seed: 7, n: 2, stop: ['x'], logprobs: true };
    const own = { guided_regex: 'a+', repetition_penalty: 1.1, time_limit: 500 };
    const hints = { user: 'u', store: true, service_tier: 'flex', prompt_cache_key: 'k' };
    const { body, dropped } = fromOpenAi({ ...settings, ...own, ...hints, reasoning_effort: 'low' });
    expect(body).toEqual({
      model_id: 'granite',
      messages: ASK.messages,
      ...settings,
      ...own,
      reasoning_effort: 'low',
    });
    expect([...dropped].sort()).toEqual(['prompt_cache_key', 'service_tier', 'store', 'user']);
  });

  it('has choices of tools under two names, and tools without a promise of strictness', () => {
    const tools = [tool('f', { strict: true })];
    expect(fromOpenAi({ tools, tool_choice: 'required' }).body).toMatchObject({
      tools: [tool('f')],
      tool_choice_option: 'required',
    });
    const named = { type: 'function', function: { name: 'f' } };
    expect(fromOpenAi({ tools, tool_choice: named }).body).toEqual({
      model_id: 'granite',
      messages: ASK.messages,
      tools: [tool('f')],
      tool_choice: named,
    });
  });

  it('has one text in every message but a user’s', () => {
    const text = (word: string) => ({ type: 'text', text: word });
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } };
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const { body } = fromOpenAi({
      messages: [
        { role: 'developer', content: [text('a'), text('b')] },
        { role: 'user', content: [image, text('c')] },
        { role: 'assistant', content: null, tool_calls: [call], reasoning_content: 'hm' },
        { role: 'tool', tool_call_id: 'c', content: [text('d'), text('e')] },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'system', content: 'a\nb' },
      { role: 'user', content: [image, text('c')] },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'd\ne' },
    ]);
  });

  it.each([
    [{ verbosity: 'low' }, 'verbosity'],
    [{ top_k: 5 }, 'top_k'],
    [{ tools: [tool('f')], parallel_tool_calls: false }, 'parallel_tool_calls'],
    [{ reasoning_effort: 'minimal' }, 'reasoning_effort'],
    [
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'file', file: { filename: 'a', file_data: 'data:application/pdf;base64,aGk=' } }],
          },
        ],
      },
      'messages[0].content',
    ],
  ])('refuses %j by its name, or leaves it out where that is allowed', (body, param) => {
    expect(refusedParam(() => fromOpenAi(body))).toBe(param);
    expect(fromOpenAi(body, true).dropped).toEqual([param]);
  });

  it('has the effort that a budget of Anthropic’s clients comes to', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const { body } = encode(anthropic, { ...ASK, max_tokens: 2000, thinking });
    expect(body).toMatchObject({ reasoning_effort: 'low', max_tokens: 2000 });
    expect(encode(anthropic, { ...ASK, max_tokens: 9 }).body).toEqual({
      model_id: 'granite',
      messages: ASK.messages,
      max_tokens: 9,
    });
  });
});

const HEAD = { id: 'chat-1', model_id: 'granite', model: 'granite', created: 5, model_version: '1.0.0' };
const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const event = (document: unknown, name = 'message') => `id: 1\nevent: ${name}\ndata: ${JSON.stringify(document)}\n\n`;
const delta = (fields: object, finish: string | null = null) =>
  event({ ...HEAD, choices: [{ index: 0, finish_reason: finish, delta: fields }] });
const STREAM = [
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'hm' }),
  delta({ content: 'Grüße 🌊' }),
  delta({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] }),
  delta({ tool_calls: [{ index: 0, function: { name: '', arguments: '{"a":1}' } }] }),
  delta({ content: '' }, 'tool_calls'),
  event({ ...HEAD, choices: [], usage: USAGE }),
  event({}, 'close'),
].join('');

describe('B3 an answer of watsonx.ai', () => {
  it('is the same streamed, however it is cut, and whole', () => {
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
    const message = { role: 'assistant', reasoning_content: 'hm', content: 'Grüße 🌊', tool_calls };
    const choices = [{ index: 0, finish_reason: 'tool_calls', message }];
    const whole = foldParts(watsonxChatCodec.decodeResponse({ ...HEAD, choices, usage: USAGE }));
    expect(whole).toMatchObject({
      id: 'chat-1',
      finish: 'tool-calls',
      usage: { promptTokens: 9, completionTokens: 4 },
    });
    const bytes = Buffer.from(STREAM);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        expect(foldParts(decodeStream(watsonxChatCodec, bytes, cuts))).toEqual(whole);
      }),
    );
  });

  it('that ran out of time is one that was cut off by length', () => {
    const choices = [{ index: 0, finish_reason: 'time_limit', message: { role: 'assistant', content: 'a' } }];
    expect(foldParts(watsonxChatCodec.decodeResponse({ ...HEAD, choices }))).toMatchObject({ finish: 'length' });
  });

  it.each(['error', 'cancelled'])('that ended by %s is none', (reason) => {
    const choices = [{ index: 0, finish_reason: reason, message: { role: 'assistant', content: 'a' } }];
    expect(isProviderStreamError(thrownBy(() => watsonxChatCodec.decodeResponse({ ...HEAD, choices })))).toBe(true);
    const stream = Buffer.from(delta({ content: 'a' }) + delta({}, reason));
    expect(isProviderStreamError(thrownBy(() => decodeStream(watsonxChatCodec, stream, [])))).toBe(true);
  });

  it.each(['error', 'message'])('that turns into an error, in an event called %s, says which', (name) => {
    const errors = [{ code: 'token_quota_reached', message: 'no more' }];
    const failed = event({ errors, trace: 't', status_code: 403 }, name);
    const error = thrownBy(() => decodeStream(watsonxChatCodec, Buffer.from(delta({ content: 'a' }) + failed), []));
    expect(isProviderStreamError(error) && error.failure).toMatchObject({
      class: 'quota-exhausted',
      providerCode: 'token_quota_reached',
    });
  });

  it('that just stops is malformed', () => {
    const error = thrownBy(() => decodeStream(watsonxChatCodec, Buffer.from(delta({ content: 'a' })), []));
    expect(isMalformedResponse(error)).toBe(true);
  });
});
