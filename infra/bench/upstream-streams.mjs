// The streams of the bench's provider, in three wires: one piece of text a chunk, and the events that each begins and ends with.
const TEXT = 'the quick brown ';
const MODEL = 'bench-model';

const openAiEvent = (delta, finish, usage) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1760000000,
    model: MODEL,
    choices: usage ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: usage ?? null,
  })}\n\n`;

const openAi = {
  first: openAiEvent({ role: 'assistant', content: '', refusal: null }, null),
  next: openAiEvent({ content: TEXT }, null),
  last: (tokens) =>
    openAiEvent({}, 'stop') +
    openAiEvent({}, null, { prompt_tokens: 24, completion_tokens: tokens, total_tokens: 24 + tokens }) +
    'data: [DONE]\n\n',
};

const anthropicEvent = (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const anthropic = {
  first:
    anthropicEvent({
      type: 'message_start',
      message: {
        id: 'msg_bench',
        type: 'message',
        role: 'assistant',
        model: MODEL,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 24, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
      },
    }) + anthropicEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  next: anthropicEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: TEXT } }),
  last: (tokens) =>
    anthropicEvent({ type: 'content_block_stop', index: 0 }) +
    anthropicEvent({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: tokens },
    }) +
    anthropicEvent({ type: 'message_stop' }),
};

const geminiEvent = (candidate, tokens) =>
  `data: ${JSON.stringify({
    candidates: [{ ...candidate, index: 0 }],
    usageMetadata: { promptTokenCount: 24, candidatesTokenCount: tokens, totalTokenCount: 24 + tokens },
    modelVersion: MODEL,
    responseId: 'bench',
  })}\r\n\r\n`;
const geminiText = (text) => ({ content: { parts: [{ text }], role: 'model' } });

const gemini = {
  first: '',
  next: geminiEvent(geminiText(TEXT), 4),
  last: (tokens) => geminiEvent({ ...geminiText(''), finishReason: 'STOP' }, tokens),
};

const chunked = (text) => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';

/** Ready to be written: the head comes with the first chunk, the body's end with the last. */
const asBytes = ({ first, next, last }) => ({
  first: Buffer.concat([Buffer.from(HEAD), chunked(first + next)]),
  next: chunked(next),
  last: (tokens) => Buffer.concat([chunked(last(tokens)), Buffer.from('0\r\n\r\n')]),
});

const STREAMS = { openAi: asBytes(openAi), anthropic: asBytes(anthropic), gemini: asBytes(gemini) };

/** By the path that was called. */
export function streamFor(path) {
  if (path.includes(':streamGenerateContent')) return STREAMS.gemini;
  return path.endsWith('/messages') ? STREAMS.anthropic : STREAMS.openAi;
}
