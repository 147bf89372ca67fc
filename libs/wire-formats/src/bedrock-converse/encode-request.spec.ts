import { isGatewayException } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { encodeRequest } from './encode-request';

type Body = Record<string, unknown>;

const openAi = CHAT_WIRE_CODECS['openai-chat'];
const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
const ASK = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const FUNCTION = { type: 'function', function: { name: 'f', description: 'does f', parameters: SCHEMA } };
const SPEC = { toolSpec: { name: 'f', description: 'does f', inputSchema: { json: SCHEMA } } };
const CLAUDE = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const SONNET = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const OPUS = 'global.anthropic.claude-opus-4-6-v1';
const NOVA = 'amazon.nova-lite-v1:0';
const LLAMA = 'meta.llama3-3-70b-instruct-v1:0';

interface Options {
  readonly model?: string;
  readonly dropParams?: boolean;
}

function encode(codec: typeof openAi, body: unknown, { model = CLAUDE, dropParams = false }: Options = {}) {
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

describe('B2 a request to Bedrock', () => {
  it('has neither model nor stream in it, and no setting nobody asked for', () => {
    expect(fromOpenAi({ stream: true })).toEqual({
      body: { messages: [{ role: 'user', content: [{ text: 'hi' }] }] },
      dropped: [],
    });
  });

  it('has every setting at its place', () => {
    const settings = { max_completion_tokens: 50, temperature: 0.5, top_p: 0.25, top_k: 3, stop: ['a', 'b'] };
    expect(fromOpenAi(settings).body).toMatchObject({
      inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.25, stopSequences: ['a', 'b'] },
      additionalModelRequestFields: { top_k: 3 },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
    });
    expect(fromOpenAi(settings, { model: NOVA }).body).toEqual({
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.25, stopSequences: ['a', 'b'] },
      additionalModelRequestFields: { inferenceConfig: { topK: 3 } },
    });
  });

  it('has Converse’s own fields as the client wrote them', () => {
    const own = {
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: 'DRAFT' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'a' },
    };
    const { body } = fromOpenAi({ ...own, top_k: 2, additionalModelRequestFields: { x: 1 }, service_tier: 'flex' });
    expect(body).toMatchObject({
      ...own,
      additionalModelRequestFields: { top_k: 2, x: 1 },
      serviceTier: { type: 'flex' },
    });
  });

  it.each([
    ['seed', { seed: 1 }, CLAUDE],
    ['n', { n: 2 }, CLAUDE],
    ['frequency_penalty', { frequency_penalty: 1 }, CLAUDE],
    ['presence_penalty', { presence_penalty: 1 }, CLAUDE],
    ['temperature', { temperature: 1.5 }, CLAUDE],
    ['logit_bias', { logit_bias: { 1: 2 } }, CLAUDE],
    ['response_format', { response_format: { type: 'json_object' } }, CLAUDE],
    ['stop', { stop: ['\n'] }, CLAUDE],
    ['top_k', { top_k: 2 }, LLAMA],
    ['reasoning_effort', { reasoning_effort: 'low' }, LLAMA],
    ['parallel_tool_calls', { parallel_tool_calls: false, tools: [FUNCTION] }, NOVA],
  ])('B3 refuses %s, or leaves it out where it may', (field, more, model) => {
    expect(refusalOf(() => fromOpenAi(more, { model }))).toMatchObject({ code: 'unsupported_parameter', param: field });
    const { body, dropped } = fromOpenAi(more, { model, dropParams: true });
    expect(dropped).toEqual([field]);
    expect(JSON.stringify(body)).not.toMatch(/seed|penalty|logit|top_?k|1\.5/i);
  });

  it('notes the end user’s name, which changes no answer', () => {
    expect(fromOpenAi({ user: 'u' }).dropped).toEqual(['user']);
  });
});

describe('B3 a conversation', () => {
  it('has turns that alternate, results first, blank texts nowhere, and system prompts together', () => {
    const { body } = fromOpenAi({
      tools: [FUNCTION],
      messages: [
        { role: 'system', content: 'one' },
        { role: 'user', content: 'a' },
        { role: 'user', content: ' ' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call.1', type: 'function', function: { name: 'f', arguments: '{"city":"x"}' } }],
        },
        { role: 'system', content: 'two' },
        { role: 'tool', tool_call_id: 'call.1', content: '' },
        { role: 'user', content: 'b' },
      ],
    });
    expect(body).toMatchObject({
      system: [{ text: 'one' }, { text: 'two' }],
      messages: [
        { role: 'user', content: [{ text: 'a' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'f', input: { city: 'x' } } }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: '(no output)' }] } }, { text: 'b' }],
        },
      ],
    });
  });

  it('of a system prompt only is asked as a user', () => {
    expect(fromOpenAi({ messages: [{ role: 'system', content: 'x' }] }).body).toEqual({
      messages: [{ role: 'user', content: [{ text: 'x' }] }],
    });
  });

  it('keeps calls and results together whatever their ids', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (id) => {
        const { body } = fromOpenAi({
          messages: [
            { role: 'user', content: 'a' },
            { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }] },
            { role: 'tool', tool_call_id: id, content: 'r' },
          ],
        });
        const [, call, result] = body.messages as { content: Record<string, { toolUseId: string }>[] }[];
        const used = call?.content[0]?.toolUse?.toolUseId;
        expect(used).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        expect(result?.content[0]?.toolResult?.toolUseId).toBe(used);
      }),
    );
  });

  it('carries bytes, and refuses addresses even where parameters may be dropped', () => {
    const image = (url: string) => [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
    expect(fromOpenAi({ messages: image('data:image/jpeg;base64,aGk=') }).body.messages).toEqual([
      { role: 'user', content: [{ image: { format: 'jpeg', source: { bytes: 'aGk=' } } }] },
    ]);
    const refused = { code: 'unsupported_parameter', param: 'messages' };
    for (const url of ['https://example.com/x.png', 'data:image/tiff;base64,aGk=']) {
      expect(refusalOf(() => fromOpenAi({ messages: image(url) }, { dropParams: true }))).toMatchObject(refused);
    }
  });

  it('gives documents names that the API takes, each another', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 3 }), (titles) => {
        const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };
        const content = titles.map((title) => ({ type: 'document', title, source }));
        const [message] = fromAnthropic({ messages: [{ role: 'user', content }] }).body.messages as {
          content: { document: { name: string } }[];
        }[];
        const names = (message?.content ?? []).map(({ document }) => document.name);
        expect(new Set(names).size).toBe(titles.length);
        for (const name of names) expect(name).toMatch(/^(?!.*\s{2})[a-zA-Z0-9\s()[\]-]{1,200}$/);
      }),
    );
  });

  it('returns thoughts with their proof, and leaves those of others out', () => {
    const content = [
      { type: 'thinking', thinking: 'a', signature: 'sig' },
      { type: 'thinking', thinking: 'b', signature: 'gemini:sig' },
      { type: 'redacted_thinking', data: 'aGk=' },
      { type: 'text', text: 'c' },
    ];
    const messages = [...ASK.messages, { role: 'assistant', content }, ...ASK.messages];
    const [, said] = fromAnthropic({ messages }).body.messages as { content: unknown[] }[];
    expect(said?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'a', signature: 'sig' } } },
      { reasoningContent: { redactedContent: 'aGk=' } },
      { text: 'c' },
    ]);
  });

  it('has cache points only where the model takes them', () => {
    const cache_control = { type: 'ephemeral' };
    const marked = {
      system: [{ type: 'text', text: 's', cache_control }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'u', cache_control }] }],
      tools: [{ name: 'f', input_schema: SCHEMA, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    };
    const count = (model: string) =>
      JSON.stringify(fromAnthropic(marked, { model }).body).split('cachePoint').length - 1;
    expect([CLAUDE, NOVA, LLAMA].map(count)).toEqual([3, 2, 0]);
    expect(fromAnthropic(marked).body.toolConfig).toMatchObject({
      tools: [{}, { cachePoint: { type: 'default', ttl: '1h' } }],
    });
  });
});

describe('B3 tools', () => {
  const choose = (tool_choice: unknown) => fromOpenAi({ tools: [FUNCTION], tool_choice }).body.toolConfig;

  it.each([
    ['auto', { auto: {} }],
    ['required', { any: {} }],
    [{ type: 'function', function: { name: 'f' } }, { tool: { name: 'f' } }],
  ])('are chosen as the client says: %j', (choice, toolChoice) => {
    expect(choose(choice)).toEqual({ tools: [SPEC], toolChoice });
  });

  it('are not told of when none may be called', () => {
    expect(choose('none')).toBeUndefined();
  });

  it('cannot be forbidden once they were used, and are named when the client names none', () => {
    const messages = [
      ...ASK.messages,
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'g', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ];
    expect(refusalOf(() => fromOpenAi({ messages, tools: [FUNCTION], tool_choice: 'none' }))).toMatchObject({
      param: 'tool_choice',
    });
    expect(fromOpenAi({ messages }).body.toolConfig).toEqual({
      tools: [
        {
          toolSpec: {
            name: 'g',
            description: 'No longer available.',
            inputSchema: { json: { type: 'object', properties: {} } },
          },
        },
      ],
    });
  });

  it('are called one at a time where Anthropic’s own choice can say it', () => {
    expect(fromOpenAi({ tools: [FUNCTION], parallel_tool_calls: false }).body.additionalModelRequestFields).toEqual({
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    });
  });
});

describe('B3 an answer to a schema', () => {
  const response_format = { type: 'json_schema', json_schema: { name: 'my answer', schema: SCHEMA } };

  it('is written by models that can', () => {
    const { body } = fromOpenAi({ response_format }, { model: SONNET });
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: JSON.stringify(SCHEMA), name: 'my_answer' } },
      },
    });
    expect(body.toolConfig).toBeUndefined();
  });

  it('is the arguments of a tool for the others, beside the client’s own', () => {
    const answer = { toolSpec: { name: 'gateway_json_answer', inputSchema: { json: SCHEMA } } };
    expect(fromOpenAi({ response_format }).body.toolConfig).toMatchObject({
      tools: [answer],
      toolChoice: { tool: { name: 'gateway_json_answer' } },
    });
    expect(fromOpenAi({ response_format, tools: [FUNCTION] }).body.toolConfig).toMatchObject({
      tools: [SPEC, answer],
      toolChoice: { any: {} },
    });
  });

  it('is not forced from a model that thinks', () => {
    const output_config = { format: { type: 'json_schema', schema: SCHEMA } };
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const { body } = fromAnthropic({ output_config, thinking, max_tokens: 2000 });
    expect(body.toolConfig).not.toHaveProperty('toolChoice');
  });
});

describe('B3 thinking', () => {
  const think = (model: string, effort: string) => fromOpenAi({ reasoning_effort: effort }, { model }).body;

  it('has the budget the client gives, or one of its effort and room for the answer', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    expect(fromAnthropic({ thinking, max_tokens: 2000 }).body).toMatchObject({
      inferenceConfig: { maxTokens: 2000 },
      additionalModelRequestFields: { thinking },
    });
    expect(think(CLAUDE, 'low')).toMatchObject({
      inferenceConfig: { maxTokens: 4096 + 2048 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
    });
  });

  it('is asked for in each maker’s words', () => {
    expect(think(OPUS, 'high')).toMatchObject({
      outputConfig: { effort: 'high' },
      additionalModelRequestFields: { thinking: { type: 'adaptive' } },
    });
    expect(think('openai.gpt-oss-120b-1:0', 'minimal').additionalModelRequestFields).toEqual({
      reasoning_effort: 'low',
    });
    expect(think('us.amazon.nova-2-lite-v1:0', 'high').additionalModelRequestFields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
    });
    expect(think(NOVA, 'none')).toEqual(fromOpenAi({}).body);
  });
});
