// What the load says and hears, in the formats of the three clients.
const SYSTEM = 'You are a helpful assistant that answers briefly.';
const QUESTION = 'Write one sentence about the sea, and one about mountains.';
const filler = 'the quick brown fox jumps over a lazy dog while tokens stream ';

function openAiBody(scenario, user) {
  const messages = [{ role: 'system', content: SYSTEM }];
  for (let size = 0; size < (scenario.promptBytes ?? 0); size += 4096) {
    const role = (size / 4096) % 2 ? 'assistant' : 'user';
    messages.push({ role, content: `line "${size}"\n${filler.repeat(70).slice(0, 4036)}` });
  }
  messages.push({ role: 'user', content: QUESTION });
  return {
    model: scenario.model,
    messages,
    temperature: 0.7,
    max_tokens: 256,
    user,
    ...(scenario.stream && { stream: true, stream_options: { include_usage: true } }),
  };
}

const anthropicBody = ({ model }) => ({
  model,
  system: SYSTEM,
  messages: [{ role: 'user', content: QUESTION }],
  temperature: 0.7,
  max_tokens: 256,
  stream: true,
});

const geminiBody = () => ({
  systemInstruction: { parts: [{ text: SYSTEM }] },
  contents: [{ role: 'user', parts: [{ text: QUESTION }] }],
  generationConfig: { temperature: 0.7, maxOutputTokens: 256 },
});

/** By client: where it calls, as whom, with what; how a streamed token begins, and what a stream ends with. */
export const CLIENTS = {
  openai: {
    path: () => '/v1/chat/completions',
    headers: (key) => ({ authorization: `Bearer ${key}` }),
    body: openAiBody,
    token: '"content":"t',
    end: '[DONE]',
  },
  anthropic: {
    path: () => '/v1/messages',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    body: anthropicBody,
    token: '"text":"t',
    end: '"message_stop"',
  },
  gemini: {
    path: ({ model }) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    headers: (key) => ({ 'x-goog-api-key': key }),
    body: geminiBody,
    token: '"text":"t',
    end: '"finishReason":"STOP"',
  },
};
