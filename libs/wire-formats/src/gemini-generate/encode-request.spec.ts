import { isGatewayException } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';
import { encodeRequest } from './encode-request';

type Body = Record<string, unknown>;

const openAi = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const ASK = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

interface Options {
  readonly model?: string;
  readonly dropParams?: boolean;
}

function encode(codec: typeof openAi, body: unknown, { model = 'gemini-2.5-flash', dropParams = false }: Options = {}) {
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

describe('B2 a request to Gemini', () => {
  it('has neither model nor stream in it: both are in the URL', () => {
    expect(fromOpenAi({ stream: true })).toEqual({
      body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      dropped: [],
    });
  });

  it('has every setting at its place', () => {
    const { body } = fromOpenAi({
      max_completion_tokens: 50,
      temperature: 1.5,
      top_p: 0.5,
      top_k: 3,
      stop: ['a', 'b'],
      seed: 7,
      n: 2,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
    });
    expect(body.generationConfig).toEqual({
      maxOutputTokens: 50,
      temperature: 1.5,
      topP: 0.5,
      topK: 3,
      stopSequences: ['a', 'b'],
      seed: 7,
      candidateCount: 2,
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
    });
  });

  it('gathers system prompts, also later ones, and merges neighbours of a role', () => {
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
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'one' }, { text: 'two' }] },
      contents: [
        { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
        { role: 'model', parts: [{ text: 'c' }] },
      ],
    });
  });

  it('asks a lone system prompt as a user', () => {
    const { body } = fromOpenAi({ messages: [{ role: 'system', content: 'one' }] });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'one' }] }] });
  });

  it('carries images by bytes and by URL, with the type where the URL tells it', () => {
    const urls = ['data:image/PNG;base64,aGk=', 'https://x.example/a.JPG?w=1', 'https://x.example/a'];
    const content = urls.map((url) => ({ type: 'image_url', image_url: { url } }));
    expect(fromOpenAi({ messages: [{ role: 'user', content }] }).body.contents).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
          { fileData: { mimeType: 'image/jpeg', fileUri: urls[1] } },
          { fileData: { fileUri: urls[2] } },
        ],
      },
    ]);
  });
});

const PDF = {
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
  title: 'a.pdf',
};
const LINKED_PDF = { type: 'document', source: { type: 'url', url: 'https://x.example/a' } };

describe('B2 PDFs', () => {
  const asAnthropic = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
  const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } };

  it('go to Gemini from either client, by bytes and by URL', () => {
    const bytes = { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } };
    const link = { fileData: { mimeType: 'application/pdf', fileUri: 'https://x.example/a' } };
    expect(fromAnthropic(asAnthropic(PDF, LINKED_PDF)).body.contents).toEqual([{ role: 'user', parts: [bytes, link] }]);
    expect(fromOpenAi({ messages: [{ role: 'user', content: [file] }] }).body.contents).toEqual([
      { role: 'user', parts: [bytes] },
    ]);
  });

  it('cross between the other wires, where they can', () => {
    const options = { model: 'm', dropParams: false, defaultMaxOutputTokens: 1 };
    const hub = (...content: object[]) =>
      anthropic.decodeRequest({ ...ASK, max_tokens: 9, ...asAnthropic(...content) });
    expect(openAi.encodeRequest(hub(PDF), options).body.messages).toEqual([{ role: 'user', content: [file] }]);
    const back = openAi.decodeRequest({ ...ASK, messages: [{ role: 'user', content: [file] }] });
    expect(anthropic.encodeRequest(back, options).body.messages).toEqual([{ role: 'user', content: [PDF] }]);
    expect(anthropic.encodeRequest(hub(LINKED_PDF), options).body.messages).toEqual([
      { role: 'user', content: [LINKED_PDF] },
    ]);
    const param = 'messages[0].content';
    expect(refusalOf(() => openAi.encodeRequest(hub(LINKED_PDF), options))).toMatchObject({ param });
  });

  it('are refused where something about them would be lost', () => {
    const cited = { ...PDF, citations: { enabled: true } };
    expect(refusalOf(() => fromAnthropic(asAnthropic(cited)))).toMatchObject({ param: 'messages[0].content' });
    const result = { type: 'tool_result', tool_use_id: 't', content: [PDF] };
    expect(refusalOf(() => fromAnthropic(asAnthropic(result)))).toMatchObject({
      param: 'messages[0].content[0].content',
    });
  });
});

const TOOL = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', $defs: {} } } };
const call = (id: string, name: string, args = '{"a":1}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const conversation = (...ids: string[]) => [
  { role: 'user', content: 'go' },
  { role: 'assistant', content: 'so', tool_calls: ids.map((id, index) => call(id, `f${index}`)) },
];

describe('B2 tools of a request to Gemini', () => {
  it('are declared with their JSON Schema as it is', () => {
    expect(fromOpenAi({ tools: [TOOL] }).body.tools).toEqual([
      {
        functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: { type: 'object', $defs: {} } }],
      },
    ]);
  });

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ])('are chosen as the client says: %j', (choice, functionCallingConfig) => {
    expect(fromOpenAi({ tools: [TOOL], tool_choice: choice }).body.toolConfig).toEqual({ functionCallingConfig });
  });

  it('have calls as objects, and results under the names of their calls, before other words', () => {
    const { body } = fromOpenAi({
      messages: [
        ...conversation('call_1', 'call_2'),
        { role: 'tool', tool_call_id: 'call_2', content: '{"sun":true}' },
        { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
        { role: 'user', content: 'thanks' },
      ],
    });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { text: 'so' },
          { functionCall: { id: 'call_1', name: 'f0', args: { a: 1 } } },
          { functionCall: { id: 'call_2', name: 'f1', args: { a: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'call_2', name: 'f1', response: { sun: true } } },
          { functionResponse: { id: 'call_1', name: 'f0', response: { output: 'rain' } } },
          { text: 'thanks' },
        ],
      },
    ]);
  });

  it('take names of one function called in two turns from the nearest call before', () => {
    const turn = (name: string) => [
      { role: 'assistant', tool_calls: [call('same', name)] },
      { role: 'tool', tool_call_id: 'same', content: 'x' },
    ];
    const { body } = fromOpenAi({ messages: [...turn('first'), ...turn('second')] });
    expect(JSON.stringify(body.contents).match(/"functionResponse":\{"id":"same","name":"\w+"/g)).toEqual([
      '"functionResponse":{"id":"same","name":"first"',
      '"functionResponse":{"id":"same","name":"second"',
    ]);
  });

  it('tell failures from results, and keep their images', () => {
    const result = {
      type: 'tool_result',
      tool_use_id: 't1',
      is_error: true,
      content: [
        { type: 'text', text: 'broken' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
      ],
    };
    const { body } = fromAnthropic({
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: {} }] },
        { role: 'user', content: [result] },
      ],
    });
    expect((body.contents as unknown[])[2]).toEqual({
      role: 'user',
      parts: [
        { functionResponse: { id: 't1', name: 'f', response: { error: 'broken' } } },
        { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
      ],
    });
  });

  it('go back with the signature Gemini gave, and from its third generation on never without one', () => {
    const signed = { model: 'gemini-3-flash' };
    const parts = (body: Body) => (body.contents as { parts: Body[] }[])[1]?.parts.map((part) => part.thoughtSignature);
    const id = 'call_1__thought__-_8abc4';
    const returned = [undefined, '+/8abc4=', undefined];
    expect(parts(fromOpenAi({ messages: conversation(id, 'b') }, signed).body)).toEqual(returned);
    expect(parts(fromOpenAi({ messages: conversation('a', 'b') }, signed).body)).toEqual([
      undefined,
      'skip_thought_signature_validator',
      undefined,
    ]);
    expect(parts(fromOpenAi({ messages: conversation('a', 'b') }).body)).toEqual([undefined, undefined, undefined]);
  });
});

describe('B2 formats and thinking of a request to Gemini', () => {
  it('asks for JSON, and for JSON of a schema', () => {
    const schema = { type: 'object', additionalProperties: false };
    expect(fromOpenAi({ response_format: { type: 'json_object' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
    });
    const format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    expect(fromOpenAi({ response_format: format }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
  });

  it.each([
    ['gemini-2.5-flash', 'low', { includeThoughts: true, thinkingBudget: 1024 }],
    ['gemini-2.5-flash', 'high', { includeThoughts: true, thinkingBudget: 24_576 }],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-flash-latest', 'medium', { includeThoughts: true, thinkingBudget: 8192 }],
    ['gemini-3-flash-preview', 'minimal', { includeThoughts: true, thinkingLevel: 'minimal' }],
    ['gemini-3.1-pro', 'medium', { includeThoughts: true, thinkingLevel: 'medium' }],
    ['gemini-3-pro-preview', 'medium', { includeThoughts: true, thinkingLevel: 'high' }],
    ['gemini-3-pro-preview', 'none', { thinkingLevel: 'low' }],
  ])('asks %s for effort %s in its own way', (model, effort, thinkingConfig) => {
    expect(fromOpenAi({ reasoning_effort: effort }, { model }).body.generationConfig).toEqual({ thinkingConfig });
  });

  it('passes a budget on, as far as the model takes one', () => {
    const thinking = (budget: number) => ({ max_tokens: 99_999, thinking: { type: 'enabled', budget_tokens: budget } });
    const small = fromAnthropic(thinking(2_000));
    expect(small.body.generationConfig).toMatchObject({ thinkingConfig: { thinkingBudget: 2_000 } });
    expect(small.dropped).toEqual([]);
    const large = fromAnthropic(thinking(50_000));
    expect(large.body.generationConfig).toMatchObject({ thinkingConfig: { thinkingBudget: 24_576 } });
    expect(large.dropped).toEqual(['thinking.budget_tokens']);
  });

  it('returns thoughts that Gemini signed, and nobody else’s', () => {
    const thoughts = ['gemini:c2ln', 'EqQBCkgI'].map((signature) => ({ type: 'thinking', thinking: 'hm', signature }));
    const last = { type: 'thinking', thinking: '', signature: 'gemini:ZW5k' };
    const messages = [
      ...ASK.messages,
      { role: 'assistant', content: [...thoughts, { type: 'text', text: 'so' }, last] },
      ...ASK.messages,
    ];
    expect((fromAnthropic({ messages }).body.contents as unknown[])[1]).toEqual({
      role: 'model',
      parts: [
        { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
        { text: 'so' },
        { text: '', thoughtSignature: 'ZW5k' },
      ],
    });
  });
});

describe('B3 what Gemini cannot express', () => {
  it.each<[string, Body]>([
    ['logit_bias', { logit_bias: { 1: 1 } }],
    ['stop', { stop: ['a', 'b', 'c', 'd', 'e', 'f'] }],
    ['parallel_tool_calls', { tools: [TOOL], parallel_tool_calls: false }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] }],
  ])('is refused by the client’s own name, or left out when that is allowed: %s', (field, body) => {
    // OpenAI's own API takes four stop sequences; others that speak its wire take more.
    const act = (dropParams: boolean) =>
      encodeRequest(openAi.decodeRequest({ ...ASK, ...body }), {
        model: 'gemini-2.5-flash',
        dropParams,
        defaultMaxOutputTokens: 1,
      });
    expect(refusalOf(() => act(false))).toMatchObject({ code: 'unsupported_parameter', param: field });
    expect(act(true).dropped).toEqual([field]);
  });

  it('has the name of an Anthropic client’s field for that client', () => {
    const body = {
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      metadata: { user_id: 'u' },
    };
    expect(refusalOf(() => fromAnthropic(body))).toMatchObject({ param: 'tool_choice.disable_parallel_tool_use' });
    expect(fromAnthropic(body, { dropParams: true }).dropped).toEqual([
      'metadata.user_id',
      'tool_choice.disable_parallel_tool_use',
    ]);
  });

  it('is not asked of models that cannot think', () => {
    const model = { model: 'gemini-2.0-flash' };
    expect(refusalOf(() => fromOpenAi({ reasoning_effort: 'low' }, model))).toMatchObject({
      param: 'reasoning_effort',
    });
    expect(fromOpenAi({ reasoning_effort: 'none' }, model).body).not.toHaveProperty('generationConfig');
  });

  it('does not hold Gemini’s own settings back', () => {
    const settings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }];
    expect(fromOpenAi({ safety_settings: settings, cachedContent: 'cachedContents/1' }).body).toMatchObject({
      safetySettings: settings,
      cachedContent: 'cachedContents/1',
    });
  });
});
