import type { ChatWire } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';

type Fields = Record<string, unknown>;

const OPTIONS = { model: 'anthropic.claude-x', dropParams: false, defaultMaxOutputTokens: 4096 };
const MARK = { type: 'ephemeral' };
const HOUR = { type: 'ephemeral', ttl: '1h' };
const PDF = { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' };
const marked = (text: string, cache_control: Fields = MARK) => ({ type: 'text', text, cache_control });

/** LiteLLM's dialect: marks on parts, on whole messages, on tools and within their functions. */
const CHAT = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief', cache_control: HOUR },
    { role: 'user', content: [marked('Read this'), { type: 'file', file: PDF, cache_control: MARK }] },
    { role: 'assistant', content: 'Well', cache_control: MARK, tool_calls: [call('c1'), call('c2')] },
    { role: 'tool', tool_call_id: 'c1', content: 'Sun', cache_control: MARK },
    { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'Rain' }, marked('Wind')] },
    { role: 'user', content: 'Go on', cache_control: MARK },
  ],
  tools: [tool('get_weather', {}, { cache_control: MARK }), tool('get_time', { cache_control: MARK })],
};

function call(id: string) {
  return { id, type: 'function', function: { name: 'get_weather', arguments: '{}' } };
}

function tool(name: string, beside: Fields, within: Fields = {}) {
  return { type: 'function', function: { name, parameters: { type: 'object' }, ...within }, ...beside };
}

function sent(provider: ChatWire, options: object = {}): Fields {
  const codec = CHAT_WIRE_CODECS['openai-chat'];
  expect(codec.validateRequest(CHAT)).toMatchObject({ ok: true });
  const { body, dropped } = CHAT_WIRE_CODECS[provider].encodeRequest(codec.decodeRequest(CHAT), {
    ...OPTIONS,
    ...options,
  });
  expect(dropped).toEqual([]);
  return JSON.parse(JSON.stringify(body));
}

describe('B3 marks of what is to be cached', () => {
  it('of OpenAI’s clients are Anthropic’s', () => {
    expect(sent('anthropic-messages')).toMatchObject({
      system: [{ type: 'text', text: 'Be brief', cache_control: HOUR }],
      messages: [
        { role: 'user', content: [marked('Read this'), { type: 'document', cache_control: MARK }] },
        {
          role: 'assistant',
          content: [
            { text: 'Well' },
            { type: 'tool_use', id: 'c1' },
            { type: 'tool_use', id: 'c2', cache_control: MARK },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', cache_control: MARK },
            { type: 'tool_result', tool_use_id: 'c2', cache_control: MARK },
            marked('Go on'),
          ],
        },
      ],
      tools: [{ cache_control: MARK }, { cache_control: MARK }],
    });
    expect(JSON.stringify(sent('anthropic-messages')).match(/cache_control/g)).toHaveLength(9);
  });

  it('are points of their own at Bedrock', () => {
    const { system, messages, toolConfig } = sent('bedrock-converse') as Record<string, Fields[]> & {
      toolConfig: { tools: Fields[] };
    };
    const point = { cachePoint: { type: 'default' } };
    expect(system).toEqual([{ text: 'Be brief' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
    const blocks = messages!.map(({ content }) => (content as Fields[]).map((block) => Object.keys(block)[0]));
    expect(blocks).toEqual([
      ['text', 'cachePoint', 'document', 'cachePoint'],
      ['text', 'toolUse', 'toolUse', 'cachePoint'],
      ['toolResult', 'cachePoint', 'toolResult', 'cachePoint', 'text', 'cachePoint'],
    ]);
    expect(toolConfig.tools.filter(({ cachePoint }) => cachePoint)).toEqual([point, point]);
  });

  it('are not told to wires that have none', () => {
    for (const wire of ['openai-chat', 'openai-responses', 'gemini-generate', 'cohere-chat', 'watsonx-chat'] as const) {
      const messages = wire === 'cohere-chat' || wire === 'watsonx-chat' ? CHAT.messages.slice(2) : CHAT.messages;
      const request = CHAT_WIRE_CODECS['openai-chat'].decodeRequest({ ...CHAT, messages });
      const { body } = CHAT_WIRE_CODECS[wire].encodeRequest(request, OPTIONS);
      expect(JSON.stringify(body)).not.toMatch(/cache_?[cC]ontrol|cachePoint/);
    }
  });

  it('are where Anthropic’s clients set them, at a server of OpenAI’s wire that takes them', () => {
    const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
    const body = { ...sent('anthropic-messages'), model: 'm' };
    expect(anthropic.validateRequest(body)).toMatchObject({ ok: true });
    const request = anthropic.decodeRequest(body);
    const { encodeRequest } = CHAT_WIRE_CODECS['openai-chat'];
    const written = JSON.parse(JSON.stringify(encodeRequest(request, { ...OPTIONS, cacheMarks: true }).body));
    expect(written).toMatchObject({
      messages: [
        { role: 'system', content: [marked('Be brief', HOUR)] },
        { role: 'user', content: [marked('Read this'), { type: 'file', cache_control: MARK }] },
        { role: 'assistant', content: 'Well' },
        { role: 'tool', content: [marked('Sun')] },
        { role: 'tool', content: [{ type: 'text', text: 'Rain' }, marked('Wind')] },
        { role: 'user', content: [marked('Go on')] },
      ],
      tools: [{ cache_control: MARK }, { cache_control: MARK }],
    });
    expect(CHAT_WIRE_CODECS['openai-chat'].validateRequest(written)).toMatchObject({ ok: true });
    expect(JSON.stringify(encodeRequest(request, OPTIONS).body)).not.toContain('cache_control');
  });
});
