import fc from 'fast-check';

/**
 * Valid bodies in the form `encodeRequest` writes: the newest spelling of everything, so that a round trip can be compared
 * for equality. Older spellings (`developer`, functions, one text in a list) have examples of their own.
 */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,10}$/);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const textPart = fc.record({ type: fc.constant('text'), text });
const imagePart = fc.record({
  type: fc.constant('image_url'),
  image_url: fc.record(
    {
      url: fc.constantFrom('https://x/y.png', 'data:image/png;base64,QUJD', 'data:text/plain,x'),
      detail: fc.constantFrom('low', 'high', 'auto'),
    },
    { requiredKeys: ['url'] },
  ),
});
const texts = fc.oneof(text, fc.array(textPart, { minLength: 2, maxLength: 3 }));
const userContent = fc.oneof(
  texts,
  fc
    .tuple(imagePart, fc.array(fc.oneof(textPart, imagePart), { maxLength: 2 }))
    .map(([first, rest]) => [...rest, first]),
);

const toolCall = fc.record({
  id: word,
  type: fc.constant('function'),
  function: fc.record({ name: word, arguments: text }),
});

const system = fc.record({ role: fc.constant('system'), content: texts });
const user = fc.record(
  { role: fc.constant('user'), content: userContent, name: word },
  { requiredKeys: ['role', 'content'] },
);
const assistant = fc.oneof(
  fc.record(
    {
      role: fc.constant('assistant'),
      content: text,
      reasoning_content: text.filter((value) => value !== ''),
      name: word,
    },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({ role: fc.constant('assistant'), content: fc.constant(null), refusal: word }),
  fc.record({
    role: fc.constant('assistant'),
    content: fc.oneof(fc.constant(null), word),
    tool_calls: fc.array(toolCall, { minLength: 1, maxLength: 3 }),
  }),
);
const toolResult = fc.record({ role: fc.constant('tool'), tool_call_id: word, content: texts });

const functionTool = fc.record({
  type: fc.constant('function'),
  function: fc.record(
    {
      name: word,
      description: text,
      parameters: fc.dictionary(word, fc.jsonValue(), { maxKeys: 2 }),
      strict: fc.boolean(),
    },
    { requiredKeys: ['name', 'parameters'] },
  ),
});
const tools = fc
  .tuple(
    fc.array(functionTool, { minLength: 1, maxLength: 3 }),
    fc.array(fc.constant({ type: 'mcp', server_label: 's' }), { maxLength: 1 }),
  )
  .map(([functions, others]) => [...functions, ...others]);

const toolChoice = fc.oneof(
  fc.constantFrom('none', 'auto', 'required'),
  word.map((name) => ({ type: 'function', function: { name } })),
  fc.constant({ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } }),
);

const responseFormat = fc.oneof(
  fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
  fc.record({
    type: fc.constant('json_schema'),
    json_schema: fc.record(
      { name: word, schema: fc.dictionary(word, fc.jsonValue()), description: text, strict: fc.boolean() },
      { requiredKeys: ['name', 'schema'] },
    ),
  }),
);

const settings = fc.record(
  {
    tool_choice: toolChoice,
    response_format: responseFormat,
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    top_k: fc.nat(),
    n: fc.integer({ min: 1, max: 128 }),
    stop: fc.array(text, { maxLength: 4 }),
    seed: fc.integer(),
    user: text,
    frequency_penalty: fc.constantFrom(-2, 0, 1.5),
    presence_penalty: fc.constantFrom(-2, 0, 1.5),
    reasoning_effort: fc.constantFrom('none', 'low', 'high'),
    logprobs: fc.constant(true),
    top_logprobs: fc.integer({ min: 1, max: 20 }),
    logit_bias: fc.constant({ 5: -100 }),
    metadata: fc.constant({ a: 'b' }),
    store: fc.constant(true),
    service_tier: fc.constant('flex'),
    verbosity: fc.constant('low'),
    min_p: fc.constant(0.05),
  },
  { requiredKeys: [] },
);

const limited = fc.oneof(
  fc.record({ model: fc.constantFrom('gpt-4o', 'qwen/qwen3'), max_tokens: fc.integer({ min: 1 }) }),
  fc.record({ model: fc.constantFrom('o3', 'gpt-5-mini'), max_completion_tokens: fc.integer({ min: 1 }) }),
  fc.record({ model: word }),
);

export interface RequestBody extends Record<string, unknown> {
  readonly model: string;
  readonly stream?: boolean;
}

export const arbitraryRequestBody: fc.Arbitrary<RequestBody> = fc
  .record({
    limited,
    system: fc.array(system, { maxLength: 1 }),
    messages: fc.array(fc.oneof(user, assistant, toolResult, system), { minLength: 1, maxLength: 5 }),
    settings,
    tools: maybe(tools),
    parallel: fc.boolean(),
    stream: fc.boolean(),
  })
  .map(({ limited, system, messages, settings, tools, parallel, stream }) => ({
    ...limited,
    // A system message right after the leading one would become part of it.
    messages: [...system, { role: 'user', content: 'hi' }, ...messages],
    ...settings,
    ...(tools !== undefined && { tools, parallel_tool_calls: parallel }),
    ...(stream && { stream }),
  }));
