import fc from 'fast-check';
import { geminiGenerateCodec as codec } from './codec';

const CALLED = { model: 'gemini-2.5-flash', stream: false };
const OPTIONS = { model: 'gemini-2.5-flash', dropParams: false, defaultMaxOutputTokens: 1 };
const HELLO = [{ role: 'user', parts: [{ text: 'hi' }] }];
const decode = (body: object) => codec.decodeRequest({ contents: HELLO, ...body }, CALLED);
const roundTrip = (body: object) => codec.encodeRequest(codec.decodeRequest(body, CALLED), OPTIONS).body;

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const base64 = fc.base64String({ minLength: 4, maxLength: 40 });
const struct = fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minKeys: 2, maxKeys: 3 });

const userPart = fc.oneof(
  text.map((value) => ({ text: value })),
  base64.map((data) => ({ inlineData: { mimeType: 'image/png', data } })),
  base64.map((data) => ({ inlineData: { mimeType: 'application/pdf', data } })),
  word.map((name) => ({ fileData: { mimeType: 'image/webp', fileUri: `https://example.com/${name}.webp` } })),
);
const modelPart = fc.oneof(
  text.map((value) => ({ text: value })),
  fc.record({ text, thought: fc.constant(true), thoughtSignature: base64 }),
);
const call = fc.record({ id: word, name: word, args: struct, signature: fc.option(base64, { nil: undefined }) });

/** A question, what the model said and called, and what came of the calls. */
const conversation = fc
  .record({
    question: fc.array(userPart, { minLength: 1, maxLength: 3 }),
    answer: fc.array(modelPart, { minLength: 1, maxLength: 2 }),
    calls: fc.uniqueArray(call, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
    response: fc.oneof(
      struct,
      fc.record({ output: word }),
      fc.record({ error: fc.string() }),
      fc.constant({ output: '{"a":1}' }),
    ),
    next: fc.array(userPart, { maxLength: 2 }),
  })
  .map(({ question, answer, calls, response, next }) => [
    { role: 'user', parts: question },
    {
      role: 'model',
      parts: [
        ...answer,
        ...calls.map(({ signature, ...functionCall }) => ({
          functionCall,
          ...(signature !== undefined && { thoughtSignature: signature }),
        })),
      ],
    },
    {
      role: 'user',
      parts: [...calls.map(({ id, name }) => ({ functionResponse: { id, name, response } })), ...next],
    },
  ]);

const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const settings = fc
  .record({
    temperature: optional(fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0)),
    topK: optional(fc.nat(40)),
    maxOutputTokens: optional(fc.integer({ min: 1, max: 9_999 })),
    stopSequences: optional(fc.array(word, { minLength: 1, maxLength: 5 })),
    seed: optional(fc.integer()),
    candidateCount: optional(fc.integer({ min: 2, max: 4 })),
    presencePenalty: optional(fc.double({ min: -2, max: 2, noNaN: true }).map((value) => value + 0)),
    format: optional(fc.constantFrom({}, { responseJsonSchema: { type: 'object' } })),
    budget: optional(fc.integer({ min: 1024, max: 24_576 })),
  })
  .map(({ format, budget, ...numbers }) => ({
    ...numbers,
    ...(format && { responseMimeType: 'application/json', ...format }),
    ...(budget !== undefined && { thinkingConfig: { includeThoughts: true, thinkingBudget: budget } }),
  }));

describe('B3 a request of Gemini’s wire in the hub', () => {
  it('comes back as it was, with signatures, calls, results, media and settings', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const tools = [{ functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: schema }] }];
    const choices = fc.constantFrom<object>(
      { mode: 'AUTO' },
      { mode: 'NONE' },
      { mode: 'ANY' },
      {
        mode: 'ANY',
        allowedFunctionNames: ['f'],
      },
    );
    fc.assert(
      fc.property(conversation, settings, optional(choices), (contents, generationConfig, functionCallingConfig) => {
        const body = {
          contents,
          systemInstruction: { parts: [{ text: 'Be brief.' }] },
          generationConfig,
          tools,
          ...(functionCallingConfig && { toolConfig: { functionCallingConfig } }),
          safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
          cachedContent: 'cachedContents/x',
        };
        const there = JSON.parse(JSON.stringify(body)) as typeof body;
        const back = JSON.parse(JSON.stringify({ generationConfig: {}, ...roundTrip(there) })) as unknown;
        expect(back).toEqual(there);
      }),
    );
  });

  it('is the same in the other spelling, with single values for lists', () => {
    const camel = {
      contents: [{ role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }],
      systemInstruction: { parts: [{ text: 'b' }] },
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: {} }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 5, stopSequences: ['x'], thinkingConfig: { thinkingBudget: 2000 } },
    };
    const snake = {
      contents: { role: 'user', parts: [{ text: 'a' }, { inline_data: { mime_type: 'image/png', data: 'aGk=' } }] },
      system_instruction: { parts: { text: 'b' } },
      tools: { function_declarations: { name: 'f', parameters_json_schema: {} } },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: 5, stop_sequences: ['x'], thinking_config: { thinking_budget: 2000 } },
    };
    expect(codec.decodeRequest(snake, CALLED)).toEqual(codec.decodeRequest(camel, CALLED));
  });

  it('gives calls without ids some, and results those of their calls, in order', () => {
    const callOf = (name: string) => ({ functionCall: { name, args: {} } });
    const resultOf = (name: string, output: string) => ({ functionResponse: { name, response: { output } } });
    const { messages } = decode({
      contents: [
        ...HELLO,
        { role: 'model', parts: [callOf('f'), callOf('g'), callOf('f')] },
        { role: 'function', parts: [resultOf('f', '1'), resultOf('f', '2'), resultOf('g', '3')] },
      ],
    });
    const idsOf = (index: number) =>
      messages[index]?.content.map((part) => ('toolCallId' in part ? part.toolCallId : 'id' in part && part.id));
    expect(idsOf(1)).toEqual(['call_1_0', 'call_1_1', 'call_1_2']);
    expect(idsOf(2)).toEqual(['call_1_0', 'call_1_2', 'call_1_1']);
  });

  it('has Google’s schemas in JSON Schema', () => {
    const responseSchema = {
      type: 'OBJECT',
      properties: {
        type: { type: 'STRING', nullable: true, maxLength: '9' },
        list: { type: 'ARRAY', items: { anyOf: [{ type: 'INTEGER' }, { type: 'NUMBER' }] }, minItems: '1' },
      },
      required: ['type'],
      propertyOrdering: ['type', 'list'],
    };
    const schema = {
      type: 'object',
      properties: {
        type: { type: ['string', 'null'], maxLength: 9 },
        list: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'number' }] }, minItems: 1 },
      },
      required: ['type'],
    };
    const { responseFormat, tools } = decode({
      generationConfig: { responseMimeType: 'application/json', responseSchema },
      tools: [{ functionDeclarations: [{ name: 'f', parameters: responseSchema }] }],
    });
    expect(responseFormat).toMatchObject({ type: 'json-schema', schema });
    expect(tools?.[0]?.inputSchema).toEqual(schema);
  });

  it('may only call what is allowed', () => {
    const functionDeclarations = ['f', 'g', 'h'].map((name) => ({ name }));
    const functionCallingConfig = { mode: 'ANY', allowedFunctionNames: ['f', 'h'] };
    const { tools, toolChoice } = decode({ tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig } });
    expect(toolChoice).toEqual({ type: 'required' });
    expect(tools?.map(({ name }) => name)).toEqual(['f', 'h']);
  });

  it.each<[object, string]>([
    [{ safetySettings: [{ category: 'c', threshold: 't' }] }, 'safetySettings'],
    [{ cached_content: 'cachedContents/x' }, 'cached_content'],
    [{ tools: [{ googleSearch: {} }] }, 'tools[0].googleSearch'],
    [{ toolConfig: { retrievalConfig: { languageCode: 'de' } } }, 'toolConfig.retrievalConfig'],
    [{ generationConfig: { responseModalities: ['AUDIO'] } }, 'generationConfig.responseModalities'],
    [{ generationConfig: { responseMimeType: 'text/x.enum' } }, 'generationConfig.responseMimeType'],
    [{ generationConfig: { topK: 4 } }, 'generationConfig.topK'],
    [{ contents: [{ parts: [{ inlineData: { mimeType: 'video/mp4', data: 'aGk=' } }] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ fileData: { fileUri: 'gs://bucket/a.png' } }] }] }, 'contents[0].parts[0]'],
    [
      {
        contents: [{ parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } }] }],
      },
      'contents[0].parts[0]',
    ],
    [
      { contents: [{ parts: [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://e.com/a' } }] }] },
      'contents[0].parts',
    ],
  ])('%j has no counterpart on OpenAI’s wire: refused under the client’s own name, or dropped', async (body, field) => {
    const { openaiChatCodec } = await import('../openai-chat/codec');
    const request = decode(body);
    const options = { ...OPTIONS, model: 'gpt' };
    expect(() => openaiChatCodec.encodeRequest(request, options)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'unsupported_parameter', param: field }) }),
    );
    expect(openaiChatCodec.encodeRequest(request, { ...options, dropParams: true }).dropped).toEqual([field]);
  });

  it('says nothing where it says what happens anyway', () => {
    const generationConfig = {
      responseModalities: ['TEXT'],
      responseLogprobs: false,
      responseMimeType: 'text/plain',
      thinkingConfig: { includeThoughts: true, thinkingBudget: -1 },
    };
    const request = decode({ generationConfig, labels: { a: 'b' }, model: 'models/x' });
    expect(request.unmapped).toEqual({});
    expect([request.reasoning, request.responseFormat, request.model]).toEqual([undefined, undefined, CALLED.model]);
  });

  it.each([
    [{ thinkingBudget: 0 }, { effort: 'none' }],
    [{ thinkingBudget: 100 }, { effort: 'low', budgetTokens: 1024 }],
    [{ thinkingBudget: 9000 }, { effort: 'medium', budgetTokens: 9000 }],
    [{ thinkingLevel: 'HIGH' }, { effort: 'high' }],
  ])('thinks as much elsewhere: %j', (thinkingConfig, reasoning) => {
    expect(decode({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning);
  });
});
