import { checkChatBody } from './check-chat-body';

const user = { role: 'user', content: 'hi' };
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const asked = { role: 'assistant', content: null, tool_calls: [call] };
const result = { role: 'tool', tool_call_id: 'call_1', content: 'done' };
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

const paramOf = (fields: object, strict = false): unknown => {
  const checked = checkChatBody({ model: 'm', messages: [user], ...fields }, strict);
  return 'refusal' in checked ? checked.refusal.param : 'accepted';
};

describe('OpenAI request check', () => {
  test.each([
    [{ messages: [user, asked, result] }],
    [{ tools: [tool], tool_choice: { type: 'function', function: { name: 'f' } } }],
    [{ stream: true, stream_options: { include_usage: true } }],
    [
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
        ],
      },
    ],
    [{ somebody_elses_field: 1 }],
  ])('takes %j', (fields) => {
    expect(paramOf(fields)).toBe('accepted');
  });

  test.each([
    ['model', { model: undefined }],
    ['messages', { messages: [] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'smell' }] }] }],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
    ['messages[0].tool_call_id', { messages: [result] }],
    ['messages[2]', { messages: [user, asked, user] }],
    ['messages', { messages: [user, asked] }],
    ['messages[1].content', { messages: [user, { role: 'assistant' }] }],
    ['temperature', { temperature: 3 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_tokens', { max_tokens: 5, max_completion_tokens: 5 }],
    ['stream_options', { stream_options: { include_usage: true } }],
    ['tool_choice', { tool_choice: 'auto' }],
    ['tool_choice', { tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: { name: 'no spaces' } }] }],
    ['top_logprobs', { top_logprobs: 2 }],
  ])('refuses at %s: %j', (param, fields) => {
    expect(paramOf(fields)).toBe(param);
  });

  test.each([
    ['gateway_only', { gateway_only: true }],
    ['messages[0].cache_control', { messages: [{ ...user, cache_control: { type: 'ephemeral' } }] }],
    ['tools[0].function.cache', { tools: [{ ...tool, function: { ...tool.function, cache: 1 } }] }],
  ])('when strict, refuses the unknown field %s', (param, fields) => {
    expect(paramOf(fields)).toBe('accepted');
    expect(paramOf(fields, true)).toBe(param);
  });
});
