import { type ChatRequest, type ChatWire, CLIENT_CHAT_WIRES, type ClientChatWire } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';

type Fields = Record<string, unknown>;

/** What the same wish looks like on each client wire; a wire that is missing cannot say it. */
interface Wish {
  readonly name: string;
  readonly said: Readonly<Partial<Record<ClientChatWire, Fields>>>;
  readonly hub: Partial<ChatRequest>;
}

const PNG = 'aGk=';
const LINK = 'https://files.example/a.png';
const user = (...content: unknown[]) => [{ role: 'user', content }];
const contents = (...parts: unknown[]) => ({ contents: [{ role: 'user', parts }] });
const text = (words: string) => ({ type: 'text' as const, text: words });
const SCHEMA = { type: 'object', properties: { at: { type: 'string' } } };
const functions = (...names: string[]) =>
  names.map((name) => ({ type: 'function', function: { name, parameters: SCHEMA } }));
const responsesTools = (...names: string[]) => names.map((name) => ({ type: 'function', name, parameters: SCHEMA }));
const anthropicTools = (...names: string[]) => names.map((name) => ({ name, input_schema: SCHEMA }));
const declared = (...names: string[]) => ({
  tools: [{ functionDeclarations: names.map((name) => ({ name, parametersJsonSchema: SCHEMA })) }],
});
const tools = (...names: string[]) => names.map((name) => ({ name, inputSchema: SCHEMA }));
const calling = (functionCallingConfig: Fields) => ({ toolConfig: { functionCallingConfig } });
const config = (generationConfig: Fields) => ({ generationConfig });
const messages = (...content: ChatRequest['messages'][number]['content']) => [{ role: 'user' as const, content }];

const WISHES: readonly Wish[] = [
  {
    name: 'an image by its URL',
    said: {
      'openai-chat': { messages: user({ type: 'image_url', image_url: { url: LINK } }) },
      'openai-responses': { input: user({ type: 'input_image', image_url: LINK }) },
      'anthropic-messages': { messages: user({ type: 'image', source: { type: 'url', url: LINK } }) },
      'gemini-generate': contents({ fileData: { fileUri: LINK } }),
    },
    hub: { messages: messages({ type: 'image', source: { kind: 'url', url: LINK } }) },
  },
  {
    name: 'an image by its bytes',
    said: {
      'openai-chat': { messages: user({ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }) },
      'openai-responses': { input: user({ type: 'input_image', image_url: `data:image/png;base64,${PNG}` }) },
      'anthropic-messages': {
        messages: user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }),
      },
      'gemini-generate': contents({ inlineData: { mimeType: 'image/png', data: PNG } }),
    },
    hub: { messages: messages({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PNG } }) },
  },
  {
    name: 'a PDF by its bytes',
    said: {
      'openai-chat': { messages: user({ type: 'file', file: { file_data: `data:application/pdf;base64,${PNG}` } }) },
      'openai-responses': { input: user({ type: 'input_file', file_data: `data:application/pdf;base64,${PNG}` }) },
      'anthropic-messages': {
        messages: user({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PNG } }),
      },
      'gemini-generate': contents({ inlineData: { mimeType: 'application/pdf', data: PNG } }),
    },
    hub: {
      messages: messages({ type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: PNG } }),
    },
  },
  {
    name: 'sound',
    said: {
      'openai-chat': { messages: user({ type: 'input_audio', input_audio: { data: PNG, format: 'wav' } }) },
      'gemini-generate': contents({ inlineData: { mimeType: 'audio/wav', data: PNG } }),
    },
    hub: { messages: messages({ type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: PNG } }) },
  },
  {
    name: 'a system prompt',
    said: {
      'openai-chat': {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'developer', content: 'Be kind.' },
          { role: 'user', content: 'x' },
        ],
      },
      'openai-responses': {
        instructions: 'Be brief.',
        input: [
          { role: 'developer', content: 'Be kind.' },
          { role: 'user', content: 'x' },
        ],
      },
      'anthropic-messages': {
        system: [text('Be brief.'), text('Be kind.')],
        messages: [{ role: 'user', content: 'x' }],
      },
      'gemini-generate': {
        systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
        ...contents({ text: 'x' }),
      },
    },
    hub: { system: [text('Be brief.'), text('Be kind.')], messages: messages(text('x')) },
  },
  {
    name: 'any tool there is, but one',
    said: {
      'openai-chat': { tools: functions('f', 'g'), tool_choice: 'required' },
      'openai-responses': { tools: responsesTools('f', 'g'), tool_choice: 'required' },
      'anthropic-messages': { tools: anthropicTools('f', 'g'), tool_choice: { type: 'any' } },
      'gemini-generate': { ...declared('f', 'g'), ...calling({ mode: 'ANY' }) },
    },
    hub: { tools: tools('f', 'g'), toolChoice: { type: 'required' } },
  },
  {
    name: 'this tool',
    said: {
      'openai-chat': { tools: functions('f', 'g'), tool_choice: { type: 'function', function: { name: 'g' } } },
      'openai-responses': { tools: responsesTools('f', 'g'), tool_choice: { type: 'function', name: 'g' } },
      'anthropic-messages': { tools: anthropicTools('f', 'g'), tool_choice: { type: 'tool', name: 'g' } },
      'gemini-generate': { ...declared('f', 'g'), ...calling({ mode: 'ANY', allowedFunctionNames: ['g'] }) },
    },
    hub: { tools: tools('f', 'g'), toolChoice: { type: 'tool', name: 'g' } },
  },
  {
    name: 'one of these tools',
    said: {
      'openai-chat': {
        tools: functions('f', 'g', 'h'),
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: {
            mode: 'required',
            tools: ['f', 'h'].map((name) => ({ type: 'function', function: { name } })),
          },
        },
      },
      'openai-responses': {
        tools: responsesTools('f', 'g', 'h'),
        tool_choice: {
          type: 'allowed_tools',
          mode: 'required',
          tools: ['f', 'h'].map((name) => ({ type: 'function', name })),
        },
      },
      'gemini-generate': { ...declared('f', 'g', 'h'), ...calling({ mode: 'ANY', allowedFunctionNames: ['f', 'h'] }) },
    },
    hub: { tools: tools('f', 'h'), toolChoice: { type: 'required' } },
  },
  {
    name: 'no tool',
    said: {
      'openai-chat': { tools: functions('f'), tool_choice: 'none' },
      'openai-responses': { tools: responsesTools('f'), tool_choice: 'none' },
      'anthropic-messages': { tools: anthropicTools('f'), tool_choice: { type: 'none' } },
      'gemini-generate': { ...declared('f'), ...calling({ mode: 'NONE' }) },
    },
    hub: { tools: tools('f'), toolChoice: { type: 'none' } },
  },
  {
    name: 'one tool at a time',
    said: {
      'openai-chat': { tools: functions('f'), tool_choice: 'auto', parallel_tool_calls: false },
      'openai-responses': { tools: responsesTools('f'), tool_choice: 'auto', parallel_tool_calls: false },
      'anthropic-messages': {
        tools: anthropicTools('f'),
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    },
    hub: { tools: tools('f'), toolChoice: { type: 'auto' }, parallelToolCalls: false },
  },
  {
    name: 'an answer to a schema',
    said: {
      'openai-chat': {
        response_format: { type: 'json_schema', json_schema: { name: 'response', schema: SCHEMA, strict: true } },
      },
      'openai-responses': { text: { format: { type: 'json_schema', name: 'response', schema: SCHEMA, strict: true } } },
      'anthropic-messages': { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
    },
    hub: { responseFormat: { type: 'json-schema', name: 'response', schema: SCHEMA, strict: true } },
  },
  {
    name: 'an end at these words',
    said: {
      'openai-chat': { stop: ['END'] },
      'anthropic-messages': { stop_sequences: ['END'] },
      'gemini-generate': config({ stopSequences: ['END'] }),
    },
    hub: { stopSequences: ['END'] },
  },
  {
    name: 'two answers, always the same',
    said: { 'openai-chat': { n: 2, seed: 7 }, 'gemini-generate': config({ candidateCount: 2, seed: 7 }) },
    hub: { choiceCount: 2, seed: 7 },
  },
  {
    name: 'no thoughts',
    said: {
      'openai-chat': { reasoning_effort: 'none' },
      'openai-responses': { reasoning: { effort: 'none' } },
      'anthropic-messages': { thinking: { type: 'disabled' } },
      'gemini-generate': config({ thinkingConfig: { thinkingBudget: 0 } }),
    },
    hub: { reasoning: { effort: 'none' } },
  },
  {
    name: 'the end user',
    said: {
      'openai-chat': { user: 'u-1' },
      'openai-responses': { user: 'u-1' },
      'anthropic-messages': { metadata: { user_id: 'u-1' } },
    },
    hub: { user: 'u-1' },
  },
];

const LEAST: Readonly<Record<ClientChatWire, Fields>> = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'x' }] },
  'openai-responses': { model: 'm', input: 'x' },
  'openai-completions': { model: 'm', prompt: 'x' },
  'anthropic-messages': { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] },
  'gemini-generate': contents({ text: 'x' }),
};

const CALLED = { model: 'm', stream: false };

function decode(wire: ClientChatWire, fields: Fields): ChatRequest {
  const body = { ...LEAST[wire], ...fields };
  const check = CHAT_WIRE_CODECS[wire].validateRequest(body, CALLED);
  if (!check.ok) throw new Error(check.error.message);
  return CHAT_WIRE_CODECS[wire].decodeRequest(body, CALLED);
}

describe('B2 every client wire means the same', () => {
  const said = WISHES.flatMap((wish) =>
    CLIENT_CHAT_WIRES.flatMap((wire) => (wish.said[wire] ? [{ wish, wire, fields: wish.said[wire] }] : [])),
  );

  it.each(said)('by $wish.name on $wire', ({ wish, wire, fields }) => {
    const request = decode(wire, fields);
    expect(request).toMatchObject(wish.hub);
    expect(request.tools).toEqual(wish.hub.tools);
    expect(request.unmapped).toEqual({});
  });

  it.each(said)(
    'and what it means by $wish.name is what $wire sends a provider of its own',
    ({ wish, wire, fields }) => {
      const options = { model: 'm', dropParams: false, defaultMaxOutputTokens: 9 };
      const { body, dropped } = CHAT_WIRE_CODECS[wire].encodeRequest(decode(wire, fields), options);
      expect(dropped.filter((name) => name !== 'user')).toEqual([]);
      const { system, ...back } = decode(wire, JSON.parse(JSON.stringify(body)) as Fields);
      const { system: prompts = [], ...rest } = wish.hub;
      expect(back).toMatchObject(rest);
      // Instructions of Responses are one text.
      expect(joined(system)).toBe(joined(prompts));
    },
  );
});

const OPTIONS = { model: 'claude-sonnet-4-5', dropParams: true, defaultMaxOutputTokens: 9 };
const at = (wire: ChatWire, request: ChatRequest) => {
  const { body, dropped } = CHAT_WIRE_CODECS[wire].encodeRequest(request, OPTIONS);
  return { sent: JSON.stringify(body), dropped };
};

describe('what messages of a wire cannot hold', () => {
  const sound = (format: string) =>
    decode('openai-chat', { messages: user({ type: 'input_audio', input_audio: { data: PNG, format } }) });

  it.each<[ChatWire, string]>([
    ['openai-chat', `{"type":"input_audio","input_audio":{"data":"${PNG}","format":"mp3"}}`],
    ['gemini-generate', `{"inlineData":{"mimeType":"audio/mp3","data":"${PNG}"}}`],
    ['bedrock-converse', `{"audio":{"format":"mp3","source":{"bytes":"${PNG}"}}}`],
  ])('sound goes to %s', (wire, part) => {
    expect(at(wire, sound('mp3'))).toMatchObject({ sent: expect.stringContaining(part), dropped: [] });
  });

  it.each<ChatWire>(['openai-responses', 'anthropic-messages', 'cohere-chat', 'ollama-chat', 'watsonx-chat'])(
    'sound is refused by its place at %s',
    (wire) => {
      expect(() => CHAT_WIRE_CODECS[wire].encodeRequest(sound('wav'), { ...OPTIONS, dropParams: false })).toThrow(
        'messages[0].content: ',
      );
      expect(at(wire, sound('wav')).sent).not.toContain(PNG);
    },
  );

  it('sound of a kind that OpenAI’s wire has not is refused there', () => {
    expect(at('openai-chat', sound('flac')).dropped).toEqual(['messages[0].content']);
    expect(at('gemini-generate', sound('flac')).sent).toContain('audio/flac');
  });

  const named = decode('openai-chat', {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', name: 'anna', content: 'x' },
    ],
  });

  it('names of participants are kept by OpenAI’s chat, and listed where they are not', () => {
    expect(at('openai-chat', named)).toMatchObject({ sent: expect.stringContaining('"name":"anna"'), dropped: [] });
    for (const wire of ['openai-responses', 'anthropic-messages', 'gemini-generate', 'cohere-chat'] as const) {
      expect(at(wire, named).dropped).toEqual(['messages[1].name']);
    }
  });

  const failed = decode('anthropic-messages', {
    tools: anthropicTools('f'),
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: 'no such place' }] },
    ],
  });

  it.each<[ChatWire, string]>([
    ['anthropic-messages', '"is_error":true'],
    ['bedrock-converse', '"status":"error"'],
    ['gemini-generate', '"response":{"error":"no such place"}'],
  ])('that a tool failed is told to %s', (wire, mark) => {
    expect(at(wire, failed)).toMatchObject({ sent: expect.stringContaining(mark), dropped: [] });
  });

  it.each<ChatWire>(['openai-chat', 'openai-responses', 'cohere-chat', 'ollama-chat'])(
    'that a tool failed is in the result’s own words for %s, and listed',
    (wire) => {
      const { sent, dropped } = at(wire, failed);
      expect(sent).toContain('no such place');
      expect(dropped).toEqual(['messages[2].content']);
    },
  );
});

describe('which stop sequence was met', () => {
  const codec = CHAT_WIRE_CODECS['openai-chat'];
  const answer = (stop_reason: unknown) => ({
    choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop', stop_reason }],
  });
  const forAnthropic = (stop_reason: unknown) =>
    CHAT_WIRE_CODECS['anthropic-messages'].encodeResponse(codec.decodeResponse(answer(stop_reason)), {
      model: 'm',
      wantsUsage: true,
    });

  it('is told to Anthropic’s clients by servers like vLLM, which say so', () => {
    expect(forAnthropic('END')).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    const event = { id: 'a', choices: [{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: 'END' }] };
    const decoder = codec.createStreamDecoder();
    const parts = [...decoder.push({ event: 'message', data: JSON.stringify(event) }), ...decoder.end()];
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopSequence: 'END' });
  });

  it.each([[null], [128_009], [undefined]])('and none where it was %p', (stopReason) => {
    expect(forAnthropic(stopReason)).toMatchObject({ stop_reason: 'end_turn', stop_sequence: null });
  });
});

describe('thoughts that have to come back, for clients of OpenAI’s chat', () => {
  const block = (number: number) => ({ choice: 0, block: number }) as const;
  const parts = [
    { type: 'response-start', id: 'a', model: 'm', createdUnixS: 1 },
    { type: 'reasoning-start', ...block(0) },
    { type: 'reasoning-delta', ...block(0), text: 'Hm, ' },
    { type: 'reasoning-delta', ...block(0), text: 'so.' },
    { type: 'reasoning-end', ...block(0), signature: 'sig' },
    { type: 'reasoning-start', ...block(1) },
    { type: 'reasoning-end', ...block(1), redactedData: 'cmVk' },
    { type: 'tool-call-start', ...block(2), id: 't', name: 'f' },
    { type: 'tool-call-delta', ...block(2), argumentsText: '{}' },
    { type: 'tool-call-end', ...block(2) },
    { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: null } },
  ] as const;
  const BLOCKS = [
    { type: 'thinking', thinking: 'Hm, so.', signature: 'sig' },
    { type: 'redacted_thinking', data: 'cmVk' },
  ];
  const codec = CHAT_WIRE_CODECS['openai-chat'];
  const context = { model: 'm', wantsUsage: false };

  it('stand in thinking_blocks, as LiteLLM has them, streamed and not', () => {
    expect(codec.encodeResponse(parts, context)).toMatchObject({
      choices: [{ message: { reasoning_content: 'Hm, so.', thinking_blocks: BLOCKS } }],
    });
    const encoder = codec.createStreamEncoder(context);
    const events = parts.map((part) => encoder.push(part)).join('');
    const told = [...events.matchAll(/"thinking_blocks":(\[.*?\])\}/g)].flatMap(
      ([, list]) => JSON.parse(list!) as unknown,
    );
    expect(told).toEqual(BLOCKS);
  });

  it('go back to who made them, in the middle of a loop of tools, and thinking goes on', () => {
    const [{ message }] = (codec.encodeResponse(parts, context) as { choices: [{ message: Fields }] }).choices;
    const request = decode('openai-chat', {
      reasoning_effort: 'low',
      tools: functions('f'),
      messages: [{ role: 'user', content: 'x' }, message, { role: 'tool', tool_call_id: 't', content: 'ok' }],
    });
    const { body } = CHAT_WIRE_CODECS['anthropic-messages'].encodeRequest(request, OPTIONS);
    expect(body).toMatchObject({
      thinking: { type: 'enabled' },
      messages: [{}, { content: [...BLOCKS, { type: 'tool_use', id: 't' }] }, {}],
    });
  });

  it('are not told where nothing has to come back', () => {
    const unsigned = parts.filter((part) => !('block' in part) || part.block === 2);
    expect(JSON.stringify(codec.encodeResponse(unsigned, context))).not.toContain('thinking_blocks');
  });
});

function joined(prompts: ChatRequest['system']): string {
  return prompts.map(({ text: words }) => words).join('\n\n');
}
