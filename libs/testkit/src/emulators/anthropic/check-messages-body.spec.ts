import { checkCountBody, checkMessagesBody } from './check-messages-body';

const user = { role: 'user', content: 'hi' };
const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] };
const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' }] };
const tool = { name: 'f', input_schema: { type: 'object' } };

const messageOf = (fields: object, strict = false): string => {
  const checked = checkMessagesBody({ model: 'm', max_tokens: 2000, messages: [user], ...fields }, strict);
  return 'refusal' in checked ? checked.refusal.message : 'accepted';
};

describe('Anthropic request check', () => {
  test.each([
    [{ messages: [user, use, result] }],
    [{ messages: [user, user] }],
    [{ system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }] }],
    [{ tools: [tool], tool_choice: { type: 'any', disable_parallel_tool_use: true } }],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }],
    [{ somebody_elses_field: 1 }],
  ])('takes %j', (fields) => {
    expect(messageOf(fields)).toBe('accepted');
  });

  test.each([
    ['max_tokens: Field required', { max_tokens: undefined }],
    ['messages: ', { messages: [] }],
    ['messages.0.role: ', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages.0: ', { messages: [{ role: 'assistant', content: 'x' }] }],
    ['messages.0.content.0.text: ', { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }],
    ['messages.0.content.0: ', { messages: [result] }],
    ['messages.2: no tool_result for toolu_1', { messages: [user, use, user] }],
    ['messages: no tool_result for toolu_1', { messages: [user, use] }],
    ['temperature: ', { temperature: 1.5 }],
    ['tool_choice: ', { tool_choice: { type: 'any' } }],
    ['tool_choice.name: ', { tools: [tool], tool_choice: { type: 'tool', name: 'g' } }],
    ['tools.0.input_schema.type: ', { tools: [{ name: 'f', input_schema: { type: 'string' } }] }],
    ['max_tokens: ', { thinking: { type: 'enabled', budget_tokens: 2000 } }],
    ['thinking.budget_tokens: ', { thinking: { type: 'enabled', budget_tokens: 10 } }],
    ['temperature: ', { thinking: { type: 'enabled', budget_tokens: 1024 }, temperature: 0.5 }],
  ])('refuses with "%s…": %j', (beginning, fields) => {
    expect(messageOf(fields).slice(0, beginning.length)).toBe(beginning);
  });

  test('when strict, refuses unknown fields at any depth', () => {
    expect(messageOf({ gateway_only: 1 }, true)).toBe('gateway_only: Extra inputs are not permitted');
    const named = { messages: [{ ...user, name: 'bob' }] };
    expect(messageOf(named)).toBe('accepted');
    expect(messageOf(named, true)).toBe('messages.0.name: Extra inputs are not permitted');
  });

  test('a count request needs no max_tokens', () => {
    expect(checkCountBody({ model: 'm', messages: [user] }, true)).toHaveProperty('value');
    expect(checkCountBody({ model: 'm' }, false)).toHaveProperty('refusal.status', 400);
  });
});
