import { CHAT_WIRE_CODECS } from '../codecs';
import { nativeCodec, nativeStreamCodec } from './codec';

const HI = [{ role: 'user', content: 'Hi' }];
const TOOL = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
const SCHEMA = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };

const FULL = {
  model: 'm',
  model_version: '2024-08-06',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'A cat.' },
  ],
  parameters: {
    ...{ temperature: 0.5, top_p: 0.9, top_k: 5, max_tokens: 50, stop: ['END'], seed: 3, frequency_penalty: 0.1 },
    ...{ presence_penalty: 0.2, reasoning_effort: 'low', reasoning_budget_tokens: 2_000, service_tier: 'flex' },
  },
  tools: [TOOL],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  response_format: SCHEMA,
  user: 'u1',
  stream: true,
};

function refused(body: unknown) {
  const check = nativeCodec.validateRequest(body);
  return check.ok ? null : [check.error.param, check.error.message];
}

describe('A11 requests of the native API', () => {
  it('say all that a chat can say, and the summary tells what it needs', () => {
    const check = nativeCodec.validateRequest({ ...FULL, max_cost_usd: 0.01, fallbacks: ['n'], api_key: 'k' });
    expect(check).toMatchObject({
      ...{ ok: true, model: 'm', modelVersion: '2024-08-06', stream: true, tools: true, images: true },
      ...{ maxOutputTokens: 50, needs: ['response_schema', 'reasoning'], wantsUsage: true },
    });
  });

  it('are what the same chat is in OpenAI’s words', () => {
    const { parameters, model_version: _, ...beside } = FULL;
    const { reasoning_budget_tokens: budgetTokens, ...settings } = parameters;
    const chat = CHAT_WIRE_CODECS['openai-chat'].decodeRequest({ ...beside, ...settings });
    expect(nativeCodec.decodeRequest(FULL)).toEqual({
      ...chat,
      reasoning: { effort: 'low', budgetTokens },
      clientWire: 'native',
    });
    expect(chat.unmapped).toEqual({});
  });

  it.each([
    [{ temperature: 1 }, 'temperature', 'Did you mean parameters.temperature?'],
    [{ mesages: [] }, 'mesages', 'Did you mean messages?'],
    [{ max_completion_tokens: 5 }, 'max_completion_tokens', 'Did you mean parameters.max_tokens?'],
    [{ parameters: { temprature: 1 } }, 'parameters.temprature', 'Did you mean parameters.temperature?'],
    [{ parameters: { tools: [] } }, 'parameters.tools', 'Did you mean tools beside parameters?'],
    [{ parameters: { whatever_else: 1 } }, 'parameters.whatever_else', 'is not a field of this API.'],
    [{ logit_bias: {} }, 'logit_bias', 'is not a field of this API.'],
  ])('have no other fields: %j', (fields, param, hint) => {
    const [named, message] = refused({ model: 'm', messages: HI, ...fields }) ?? [];
    expect(named).toBe(param);
    expect(message).toContain(hint);
  });

  it.each([
    [{ messages: HI }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: [{ role: 'user', content: [{ type: 'picture' }] }] }, 'messages[0].content[0].type'],
    [{ model: 'm', messages: HI, parameters: { max_tokens: 0 } }, 'parameters.max_tokens'],
    [{ model: 'm', messages: HI, parameters: [] }, 'parameters'],
    [{ model: 'm', messages: HI, model_version: '' }, 'model_version'],
    [{ model: 'm', messages: HI, stream: 'yes' }, 'stream'],
  ])('name the field that is wrong in %j', (body, param) => {
    expect(refused(body)?.[0]).toBe(param);
  });

  it.each([[[]], ['text'], [null], [7]])('are objects, not %j', (body) => {
    expect(nativeCodec.validateRequest(body)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('are streamed where the path says so, unless they say no', () => {
    const body = { model: 'm', messages: HI };
    expect(nativeCodec.validateRequest(body)).toMatchObject({ ok: true, stream: false });
    expect(nativeStreamCodec.validateRequest(body)).toMatchObject({ ok: true, stream: true });
    expect(nativeStreamCodec.validateRequest({ ...body, stream: true })).toMatchObject({ ok: true, stream: true });
    expect(nativeStreamCodec.validateRequest({ ...body, stream: false })).toMatchObject({
      ok: false,
      error: { param: 'stream' },
    });
    expect(nativeCodec.decodeRequest(body, { model: 'x', stream: true }).stream).toBe(true);
  });

  it('are refused by their own names of settings where a provider has no word for them', () => {
    const request = nativeCodec.decodeRequest({ model: 'm', messages: HI, parameters: { frequency_penalty: 1 } });
    const options = { model: 'x', dropParams: true, defaultMaxOutputTokens: 10 };
    const { dropped } = CHAT_WIRE_CODECS['anthropic-messages'].encodeRequest(request, options);
    expect(dropped).toEqual(['parameters.frequency_penalty']);
  });
});
