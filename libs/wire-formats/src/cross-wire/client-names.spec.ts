import { CHAT_WIRES, type ChatWire, isGatewayException } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';
import { CONVERSATION_WIRES } from './__fixtures__/conversation-wires';

/** All but the models that know little more than text, which have a spec of their own. */
const SPECIAL: readonly ChatWire[] = ['bedrock-invoke', 'openai-completions', 'mistral-fim'];
const PROVIDER_WIRES = CHAT_WIRES.filter((wire) => !SPECIAL.includes(wire));
type Fields = Record<string, unknown>;
type ClientChatWire = (typeof CONVERSATION_WIRES)[number];

const OPTIONS = { model: 'm', dropParams: false, defaultMaxOutputTokens: 4096 };
const CALLED = { model: 'm', stream: false };
const LINK = 'https://files.example/a.pdf';

/** A client's body with settings beside the least there must be. */
const BODIES: Readonly<Record<ClientChatWire, (fields: Fields) => Fields>> = {
  'openai-chat': (fields) => ({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...fields }),
  'openai-responses': (fields) => ({ model: 'm', input: 'x', ...fields }),
  'anthropic-messages': (fields) => ({
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'x' }],
    ...fields,
  }),
  'gemini-generate': (fields) => ({ contents: [{ parts: [{ text: 'x' }] }], ...fields }),
};

/** The name under which a provider's wire refuses the request; undefined when it takes it. */
function refusedAt(provider: ChatWire, client: ClientChatWire, fields: Fields): string | undefined {
  const codec = CHAT_WIRE_CODECS[client];
  const body = BODIES[client](fields);
  const check = codec.validateRequest(body, CALLED);
  if (!check.ok) throw new Error(check.error.message);
  const request = codec.decodeRequest(body, CALLED);
  try {
    CHAT_WIRE_CODECS[provider].encodeRequest(request, OPTIONS);
    return undefined;
  } catch (error) {
    if (!isGatewayException(error)) throw error;
    const { code, param, message } = error.detail;
    expect(code).toBe('unsupported_parameter');
    expect(message.startsWith(`${param}: `)).toBe(true);
    const { dropped } = CHAT_WIRE_CODECS[provider].encodeRequest(request, { ...OPTIONS, dropParams: true });
    expect(dropped).toContain(param);
    return param;
  }
}

const TOOL = { type: 'function', function: { name: 'f' } };
const GEMINI_TOOL = { functionDeclarations: [{ name: 'f' }] };

interface Row {
  readonly client: ClientChatWire;
  readonly fields: Fields;
  readonly name: string;
  readonly refusing: readonly ChatWire[];
}

const config = (generationConfig: Fields): Fields => ({ generationConfig });
const ROWS: readonly Row[] = [
  {
    client: 'openai-chat',
    fields: { n: 2 },
    name: 'n',
    refusing: ['openai-responses', 'anthropic-messages', 'ollama-chat', 'cohere-chat', 'bedrock-converse'],
  },
  {
    client: 'gemini-generate',
    fields: config({ candidateCount: 2 }),
    name: 'generationConfig.candidateCount',
    refusing: ['openai-responses', 'anthropic-messages', 'ollama-chat', 'cohere-chat', 'bedrock-converse'],
  },
  {
    client: 'openai-chat',
    fields: { seed: 7 },
    name: 'seed',
    refusing: ['openai-responses', 'anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'gemini-generate',
    fields: config({ seed: 7 }),
    name: 'generationConfig.seed',
    refusing: ['openai-responses', 'anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'anthropic-messages',
    fields: { stop_sequences: ['x'] },
    name: 'stop_sequences',
    refusing: ['openai-responses'],
  },
  { client: 'openai-chat', fields: { stop: 'x' }, name: 'stop', refusing: ['openai-responses'] },
  {
    client: 'gemini-generate',
    fields: config({ stopSequences: ['x'] }),
    name: 'generationConfig.stopSequences',
    refusing: ['openai-responses'],
  },
  {
    client: 'anthropic-messages',
    fields: { top_k: 5 },
    name: 'top_k',
    refusing: ['openai-chat', 'openai-responses', 'bedrock-converse'],
  },
  {
    client: 'gemini-generate',
    fields: config({ topK: 5 }),
    name: 'generationConfig.topK',
    refusing: ['openai-chat', 'openai-responses', 'bedrock-converse'],
  },
  {
    client: 'openai-responses',
    fields: { temperature: 1.5 },
    name: 'temperature',
    refusing: ['anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'gemini-generate',
    fields: config({ temperature: 1.5 }),
    name: 'generationConfig.temperature',
    refusing: ['anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'openai-responses',
    fields: { text: { format: { type: 'json_object' } } },
    name: 'text.format',
    refusing: ['anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'gemini-generate',
    fields: config({ responseMimeType: 'application/json' }),
    name: 'generationConfig.responseMimeType',
    refusing: ['anthropic-messages', 'bedrock-converse'],
  },
  {
    client: 'openai-responses',
    fields: { reasoning: { effort: 'novel' } },
    name: 'reasoning.effort',
    refusing: ['anthropic-messages', 'gemini-generate', 'bedrock-converse'],
  },
  {
    client: 'openai-chat',
    fields: { tools: [TOOL], tool_choice: 'required' },
    name: 'tool_choice',
    refusing: ['ollama-chat'],
  },
  {
    client: 'gemini-generate',
    fields: { tools: [GEMINI_TOOL], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
    name: 'toolConfig.functionCallingConfig',
    refusing: ['ollama-chat'],
  },
  {
    client: 'openai-chat',
    fields: { tools: [TOOL], parallel_tool_calls: false },
    name: 'parallel_tool_calls',
    refusing: ['gemini-generate', 'ollama-chat', 'cohere-chat', 'bedrock-converse'],
  },
];

describe('what a wire cannot express is refused under the client’s own name', () => {
  it.each(ROWS)('$name of $client', ({ client, fields, name, refusing }) => {
    const refused = PROVIDER_WIRES.filter((provider) => {
      const param = refusedAt(provider, client, fields);
      // A wire without tools refuses them, and not the choice among them.
      expect([undefined, name, 'tools']).toContain(param);
      return param === name;
    });
    expect(refused).toEqual(expect.arrayContaining([...refusing]));
  });

  /** After a system prompt, a question and an answer, and results of two calls. */
  const pdf = { type: 'file', file: { file_data: 'data:application/pdf;base64,aGk=' } };
  const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
  const chat = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      { role: 'user', content: [pdf] },
    ],
  };
  const file = { type: 'input_file', file_data: 'data:application/pdf;base64,aGk=' };
  const responses = {
    input: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'x' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: '1' },
      { type: 'function_call_output', call_id: 'b', output: '2' },
      { role: 'user', content: [file] },
    ],
  };
  const anthropic = {
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'y' },
      { role: 'user', content: [{ type: 'document', source: { type: 'url', url: LINK } }] },
    ],
  };
  const gemini = {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { parts: [{ text: 'x' }] },
      { role: 'model', parts: [{ text: 'y' }] },
      { parts: [{ fileData: { fileUri: LINK } }] },
    ],
  };

  it.each<[ClientChatWire, Fields, string]>([
    ['openai-chat', chat, 'messages[5].content'],
    ['openai-responses', responses, 'input[6]'],
    ['anthropic-messages', anthropic, 'messages[2].content'],
    ['gemini-generate', gemini, 'contents[2].parts'],
  ])('and place, as %s counts it', (client, fields, place) => {
    for (const provider of ['ollama-chat', 'cohere-chat'] as const) {
      expect(refusedAt(provider, client, fields)).toBe(place);
    }
  });

  it('has a client for every row’s wire', () => {
    expect(new Set(ROWS.map(({ client }) => client))).toEqual(new Set(CONVERSATION_WIRES));
  });
});
