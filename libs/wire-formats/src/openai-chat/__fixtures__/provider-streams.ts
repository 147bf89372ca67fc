/** Streams as providers of this wire write them: the shape of each public API, with made-up ids and texts. */
interface ProviderStream {
  readonly bytes: string;
  /** What a person reads out of it. */
  readonly text: string;
  readonly reasoning?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly argumentsText: string }[];
  readonly finish: string;
  /** Prompt and completion tokens, where the provider says. */
  readonly tokens: readonly [prompt: number, completion: number] | null;
  readonly models: readonly string[];
}

const events = (...datas: string[]): string => datas.map((data) => `data: ${data}\n\n`).join('');

const openaiHead =
  '{"id":"chatcmpl-C1aQ7","object":"chat.completion.chunk","created":1763712345,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_560af6e559"';
const openaiDelta = (delta: string, finish = 'null', noise = 'Xk2'): string =>
  `${openaiHead},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}],"usage":null,"obfuscation":"${noise}"}`;

const deepseek = (delta: string, finish = 'null', usage = ''): string =>
  `{"id":"5d1f","object":"chat.completion.chunk","created":1763712400,"model":"deepseek-reasoner","system_fingerprint":"fp_1","choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${usage}}`;

export const PROVIDER_STREAMS: Readonly<Record<string, ProviderStream>> = {
  'OpenAI text': {
    bytes: events(
      openaiDelta('{"role":"assistant","content":"","refusal":null}'),
      openaiDelta('{"content":"Say \\"model\\":\\"x\\" "}', 'null', 'a'),
      openaiDelta('{"content":"é漢😀\\n"}', 'null', 'pQz91'),
      openaiDelta('{"content":"usage"}'),
      openaiDelta('{}', '"stop"', ''),
      `${openaiHead},"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},"obfuscation":"u"}`,
      '[DONE]',
    ),
    text: 'Say "model":"x" é漢😀\nusage',
    finish: 'stop',
    tokens: [11, 7],
    models: ['gpt-4o-mini-2024-07-18'],
  },
  'OpenAI parallel tool calls': {
    bytes: events(
      openaiDelta(
        '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}],"refusal":null}',
      ),
      openaiDelta('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]}'),
      openaiDelta('{"tool_calls":[{"index":0,"function":{"arguments":"\\"Huế\\"}"}}]}'),
      openaiDelta(
        '{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"time","arguments":""}}]}',
      ),
      openaiDelta('{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}'),
      openaiDelta('{}', '"tool_calls"'),
      '[DONE]',
    ),
    text: '',
    calls: [
      { id: 'call_a', name: 'weather', argumentsText: '{"city":"Huế"}' },
      { id: 'call_b', name: 'time', argumentsText: '{}' },
    ],
    finish: 'tool_calls',
    tokens: null,
    models: ['gpt-4o-mini-2024-07-18'],
  },
  'DeepSeek reasoning, usage with the last choice': {
    bytes: `: keep-alive\n\n${events(
      deepseek('{"role":"assistant","content":null,"reasoning_content":""}'),
      deepseek('{"content":null,"reasoning_content":"Hmm, "}'),
      deepseek('{"content":null,"reasoning_content":"so."}'),
      deepseek('{"content":"Yes","reasoning_content":null}'),
      deepseek(
        '{"content":"","reasoning_content":null}',
        '"length"',
        ',"usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":6},"prompt_cache_hit_tokens":16,"prompt_cache_miss_tokens":4}',
      ),
      '[DONE]',
    )}`,
    text: 'Yes',
    reasoning: 'Hmm, so.',
    finish: 'length',
    tokens: [20, 9],
    models: ['deepseek-reasoner'],
  },
  'spaces after colons, CRLF, model last and changing, no terminator': {
    bytes: [
      '{"choices": [{"index": 0, "delta": {"role": "assistant", "content": "a"}, "finish_reason": null}], "id": "1", "created": 1, "model": "local-v1"}',
      '{"choices": [{"index": 0, "delta": {"content": "b"}, "finish_reason": null}], "id": "1", "created": 1, "model": "local-v2"}',
      '{"choices": [{"index": 0, "delta": {"content": "c"}, "finish_reason": ""}], "id": "1", "created": 1, "model": "local-v1"}',
      '{"choices": [{"index": 0, "delta": {"content": "d"}, "finish_reason": "stop"}], "id": "1", "created": 1, "model": "local-v2"}',
    ]
      .map((data) => `data:${data}\r\n\r\n`)
      .join(''),
    text: 'abcd',
    finish: 'stop',
    tokens: null,
    models: ['local-v1', 'local-v2'],
  },
  'Azure: a chunk about the prompt first': {
    bytes: events(
      '{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}',
      '{"choices":[{"content_filter_results":{},"delta":{"content":"","role":"assistant"},"finish_reason":null,"index":0}],"created":5,"id":"chatcmpl-az","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk"}',
      '{"choices":[{"content_filter_results":{"hate":{"filtered":false}},"delta":{"content":"Hi"},"finish_reason":null,"index":0}],"created":5,"id":"chatcmpl-az","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk"}',
      '{"choices":[{"content_filter_results":{},"delta":{},"finish_reason":"content_filter","index":0}],"created":5,"id":"chatcmpl-az","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk"}',
      '[DONE]',
    ),
    text: 'Hi',
    finish: 'content_filter',
    tokens: null,
    models: ['gpt-4o-2024-11-20'],
  },
  'cumulative usage on every chunk': {
    bytes: events(
      '{"id":"x","created":2,"model":"grok","choices":[{"index":0,"delta":{"role":"assistant","content":"o"},"finish_reason":null}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}',
      '{"id":"x","created":2,"model":"grok","choices":[{"index":0,"delta":{"content":"k"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":9,"completion_tokens_details":{"reasoning_tokens":4}}}',
      '[DONE]',
    ),
    text: 'ok',
    finish: 'stop',
    // 9 − 3: the total has the reasoning in it that `completion_tokens` leaves out.
    tokens: [3, 6],
    models: ['grok'],
  },
};
