import { validateRequest } from './validate-request';

const body = (fields: Record<string, unknown> = {}) => ({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  ...fields,
});
const withMessage = (message: unknown) => body({ messages: [message] });
const withPart = (part: unknown) => withMessage({ role: 'user', content: [part] });

describe('A1 checking a chat request', () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    ['the least', body(), { model: 'm', stream: false, tools: false, images: false, wantsUsage: false }],
    [
      'a stream with usage',
      body({ stream: true, stream_options: { include_usage: true } }),
      { stream: true, wantsUsage: true },
    ],
    ['a stream without usage', body({ stream: true }), { stream: true, wantsUsage: false }],
    ['usage declined', body({ stream_options: { include_usage: false } }), { wantsUsage: false }],
    ['tools', body({ tools: [{ type: 'function', function: { name: 'f' } }] }), { tools: true }],
    ['no tools in the list', body({ tools: [] }), { tools: false }],
    ['tools of other types', body({ tools: [{ type: 'mcp', server_label: 's' }] }), { tools: true }],
    ['an image', withPart({ type: 'image_url', image_url: { url: 'https://x/y.png' } }), { images: true }],
    ['max_tokens', body({ max_tokens: 5 }), { maxOutputTokens: 5 }],
    ['both limits', body({ max_tokens: 5, max_completion_tokens: 7 }), { maxOutputTokens: 7 }],
    [
      'null for what is optional',
      body({ temperature: null, tools: null, stop: null, stream: null, max_tokens: null }),
      { stream: false },
    ],
    ['fields nobody knows', body({ top_hat: { any: ['thing'] } }), { ok: true }],
    [
      'every role',
      body({
        messages: [
          { role: 'developer', content: [{ type: 'text', text: 'x' }] },
          { role: 'system', content: 'x', name: 'n' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'x' }] },
          { role: 'assistant', refusal: 'no' },
          { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }], function_call: null },
          { role: 'function', name: 'f', content: null },
          {
            role: 'user',
            content: [
              { type: 'input_audio', input_audio: { data: '', format: 'wav' } },
              { type: 'file', file: { file_id: 'x' } },
            ],
          },
        ],
      }),
      { ok: true },
    ],
    ['2,000 messages', body({ messages: Array(2000).fill({ role: 'user', content: '' }) }), { ok: true }],
    [
      'edges of ranges',
      body({
        temperature: 2,
        top_p: 0,
        n: 128,
        presence_penalty: -2,
        frequency_penalty: 2,
        max_tokens: 1,
        logit_bias: { 5: -100 },
      }),
      { ok: true },
    ],
  ])('accepts %s', (_name, request, summary) => {
    expect(validateRequest(request)).toMatchObject({ ok: true, ...summary });
  });

  it('leaves maxOutputTokens out when nobody said it', () => {
    expect(validateRequest(body({ max_tokens: null }))).toMatchObject({ ok: true, maxOutputTokens: undefined });
  });

  it.each<[unknown, string | undefined, string]>([
    [null, undefined, 'The request body must be an object.'],
    [[], undefined, 'The request body must be an object.'],
    ['x', undefined, 'The request body must be an object.'],
    [{ messages: [] }, 'model', 'model: must be a string.'],
    [body({ model: '' }), 'model', 'model: must have at least 1 character.'],
    [body({ model: 7 }), 'model', 'model: must be a string.'],
    [body({ messages: 'hi' }), 'messages', 'messages: must be an array.'],
    [body({ messages: [] }), 'messages', 'messages: must have at least 1 element.'],
    [
      body({ messages: Array(2001).fill({ role: 'user', content: '' }) }),
      'messages',
      'messages: must have at most 2000 elements.',
    ],
    [withMessage('hi'), 'messages[0]', 'messages[0]: must be an object.'],
    [
      withMessage({ role: 'bot', content: '' }),
      'messages[0].role',
      'messages[0].role: must be one of "system", "developer", "user", "assistant", "tool", "function".',
    ],
    [
      withMessage({ content: '' }),
      'messages[0].role',
      'messages[0].role: must be one of "system", "developer", "user", "assistant", "tool", "function".',
    ],
    [
      withMessage({ role: 'user', content: 5 }),
      'messages[0].content',
      'messages[0].content: must be a string, or must be an array.',
    ],
    [
      withMessage({ role: 'user' }),
      'messages[0].content',
      'messages[0].content: must be a string, or must be an array.',
    ],
    [withPart({ type: 'text' }), 'messages[0].content[0].text', 'messages[0].content[0].text: must be a string.'],
    [
      withPart({ type: 'video' }),
      'messages[0].content[0].type',
      'messages[0].content[0].type: must be one of "text", "image_url", "input_audio", "file".',
    ],
    [
      withPart({ type: 'image_url', image_url: 'https://x' }),
      'messages[0].content[0].image_url',
      'messages[0].content[0].image_url: must be an object.',
    ],
    [
      withPart({ type: 'image_url', image_url: {} }),
      'messages[0].content[0].image_url.url',
      'messages[0].content[0].image_url.url: must be a string.',
    ],
    [
      withMessage({ role: 'tool', content: 'x' }),
      'messages[0].tool_call_id',
      'messages[0].tool_call_id: must be a string.',
    ],
    [
      withMessage({ role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: {} } }] }),
      'messages[0].tool_calls[0].function.arguments',
      'messages[0].tool_calls[0].function.arguments: must be a string.',
    ],
    [body({ temperature: 3 }), 'temperature', 'temperature: must be at most 2.'],
    [body({ temperature: -0.1 }), 'temperature', 'temperature: must be at least 0.'],
    [body({ temperature: '1' }), 'temperature', 'temperature: must be a number.'],
    [body({ max_tokens: 0 }), 'max_tokens', 'max_tokens: must be at least 1.'],
    [body({ max_tokens: 1.5 }), 'max_tokens', 'max_tokens: must be an integer.'],
    [body({ n: 129 }), 'n', 'n: must be at most 128.'],
    [body({ stream: 'true' }), 'stream', 'stream: must be a boolean.'],
    [
      body({ stream_options: { include_usage: 1 } }),
      'stream_options.include_usage',
      'stream_options.include_usage: must be a boolean.',
    ],
    [body({ stop: [1] }), 'stop[0]', 'stop[0]: must be a string.'],
    [body({ stop: 5 }), 'stop', 'stop: must be a string, or must be an array.'],
    [body({ tools: Array(257).fill({ type: 'mcp' }) }), 'tools', 'tools: must have at most 256 elements.'],
    [body({ tools: [{ type: 'function' }] }), 'tools[0].function', 'tools[0].function: must be an object.'],
    [
      body({ tools: [{ type: 'function', function: {} }] }),
      'tools[0].function.name',
      'tools[0].function.name: must be a string.',
    ],
    [body({ tools: [{}] }), 'tools[0].type', 'tools[0].type: must be "function".'],
    [
      body({ tool_choice: 'maybe' }),
      'tool_choice',
      'tool_choice: must be one of "none", "auto", "required", or must be an object.',
    ],
    [body({ tool_choice: { type: 'function' } }), 'tool_choice.function', 'tool_choice.function: must be an object.'],
    [
      body({ response_format: { type: 'xml' } }),
      'response_format.type',
      'response_format.type: must be one of "text", "json_object", "json_schema".',
    ],
    [
      body({ response_format: { type: 'json_schema', json_schema: {} } }),
      'response_format.json_schema.name',
      'response_format.json_schema.name: must be a string.',
    ],
    [body({ logit_bias: { 5: 101 } }), 'logit_bias.5', 'logit_bias.5: must be at most 100.'],
  ])('refuses %j at %s', (request, param, message) => {
    const check = validateRequest(request);
    expect(check).toEqual({
      ok: false,
      error: { code: 'invalid_request', message, ...(param !== undefined && { param }) },
    });
  });
});
