import type { ChatWire, Citation } from '@gateway/domain';
import type { SseEvent } from '../../sse/sse-event';

/** Letters of two bytes and characters of two code units, so that no two ways of counting agree by chance. */
export const TEXT = 'Zürich is 🏔 sunny. Rome is dry.';
export const ZURICH = { start: 0, end: 19 };
export const ROME = { start: 20, end: 32 };
const PAGE = { url: 'https://weather.example/zurich', title: 'Weather' };
const OTHER = 'https://weather.example/rome';
const USAGE = { prompt_tokens: 1, completion_tokens: 1 };

/** The same answer of a provider, whole and as a stream, and what it cites. */
export interface CitedAnswer {
  readonly name: string;
  readonly wire: ChatWire;
  readonly whole: unknown;
  readonly events: readonly SseEvent[];
  readonly citations: readonly Citation[];
}

const unnamed = (document: unknown): SseEvent => ({ event: 'message', data: JSON.stringify(document) });
const named = (event: string, document: object): SseEvent => ({ event, data: JSON.stringify(document) });
const typed = (document: { readonly type: string }): SseEvent => named(document.type, document);

const page = (span?: Citation['span']): Citation => ({ source: { kind: 'url', ...PAGE }, ...(span && { span }) });

const annotation = {
  type: 'url_citation',
  url_citation: { ...PAGE, start_index: ZURICH.start, end_index: ZURICH.end },
};
const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
  unnamed({ id: 'a', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }], ...more });
const completion = (message: object, more: object = {}) => ({
  id: 'a',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT, ...message }, finish_reason: 'stop' }],
  usage: USAGE,
  ...more,
});

const openai: CitedAnswer = {
  name: 'OpenAI chat',
  wire: 'openai-chat',
  whole: completion({ annotations: [annotation] }),
  events: [chunk({ role: 'assistant', content: TEXT }), chunk({ annotations: [annotation] }), chunk({}, 'stop')],
  citations: [page(ZURICH)],
};

const found = { citations: [PAGE.url, OTHER], search_results: [{ ...PAGE, date: '2026-01-01' }, { url: OTHER }] };
const perplexity: CitedAnswer = {
  name: 'Perplexity',
  wire: 'openai-chat',
  whole: completion({}, found),
  events: [chunk({ content: TEXT }, null, found), chunk({}, 'stop', found)],
  citations: [page(), { source: { kind: 'url', url: OTHER } }],
};

const outputText = {
  type: 'output_text',
  text: TEXT,
  annotations: [
    { type: 'url_citation', ...PAGE, start_index: ZURICH.start, end_index: ZURICH.end },
    { type: 'file_citation', file_id: 'file-1', filename: 'rome.pdf', index: ROME.end },
    { type: 'file_path', file_id: 'file-2', index: 0 },
  ],
};
const item = { id: 'msg_1', type: 'message', role: 'assistant', content: [outputText] };
const response = { id: 'r', created_at: 1, model: 'm', status: 'completed', output: [item] };
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const responses: CitedAnswer = {
  name: 'OpenAI Responses',
  wire: 'openai-responses',
  whole: response,
  events: [
    typed({ type: 'response.created', ...{ response: { ...response, output: [] } } }),
    typed({ type: 'response.output_text.delta', ...place, ...{ delta: TEXT } }),
    ...outputText.annotations.map((one, annotation_index) =>
      typed({ type: 'response.output_text.annotation.added', ...place, ...{ annotation_index, annotation: one } }),
    ),
    typed({ type: 'response.output_item.done', ...{ output_index: 0, item } }),
    typed({ type: 'response.completed', ...{ response } }),
  ],
  citations: [page(ZURICH), { source: { kind: 'document', id: 'file-1', title: 'rome.pdf' } }],
};

const anthropicCitations = [
  {
    type: 'char_location',
    cited_text: 'Sun.',
    document_index: 1,
    document_title: 'Notes',
    file_id: null,
    start_char_index: 3,
    end_char_index: 7,
  },
  { type: 'page_location', cited_text: 'Dry.', document_index: 0, start_page_number: 2, end_page_number: 3 },
  { type: 'web_search_result_location', cited_text: 'Sun', encrypted_index: 'x', ...PAGE },
  {
    type: 'search_result_location',
    cited_text: 'Own',
    source: 'kb-7',
    title: null,
    search_result_index: 2,
    start_block_index: 0,
    end_block_index: 1,
  },
  { type: 'location_of_a_later_version' },
];
const anthropicHub: readonly Citation[] = [
  {
    source: {
      kind: 'document',
      index: 1,
      title: 'Notes',
      location: { unit: 'characters', start: 3, end: 7 },
    },
    citedText: 'Sun.',
  },
  { source: { kind: 'document', index: 0, location: { unit: 'pages', start: 2, end: 3 } }, citedText: 'Dry.' },
  { source: { kind: 'url', ...PAGE, receipt: 'x' }, citedText: 'Sun' },
  {
    source: { kind: 'search-result', index: 2, source: 'kb-7', location: { unit: 'blocks', start: 0, end: 1 } },
    citedText: 'Own',
  },
];
const message = { id: 'a', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null };
const anthropic: CitedAnswer = {
  name: 'Anthropic',
  wire: 'anthropic-messages',
  whole: {
    ...message,
    content: [{ type: 'text', text: TEXT, citations: anthropicCitations }],
    stop_reason: 'end_turn',
  },
  events: [
    typed({ type: 'message_start', ...{ message } }),
    typed({ type: 'content_block_start', ...{ index: 0, content_block: { type: 'text', text: '', citations: [] } } }),
    typed({ type: 'content_block_delta', ...{ index: 0, delta: { type: 'text_delta', text: TEXT } } }),
    ...anthropicCitations.map((citation) =>
      typed({ type: 'content_block_delta', ...{ index: 0, delta: { type: 'citations_delta', citation } } }),
    ),
    typed({ type: 'content_block_stop', ...{ index: 0 } }),
    typed({ type: 'message_delta', ...{ delta: { stop_reason: 'end_turn' } } }),
    typed({ type: 'message_stop' }),
  ],
  citations: anthropicHub,
};

const grounding = {
  groundingChunks: [{ web: { uri: PAGE.url, title: PAGE.title } }, { retrievedContext: { uri: 'kb/1', text: 'Dry.' } }],
  groundingSupports: [
    // Counted in bytes of UTF-8.
    { segment: { endIndex: 22, text: TEXT.slice(0, 19) }, groundingChunkIndices: [0] },
    { segment: { partIndex: 1, startIndex: 0, endIndex: 12, text: 'Rome is dry.' }, groundingChunkIndices: [1, 0] },
  ],
};
const quotes = { citationSources: [{ startIndex: 23, endIndex: 35, uri: OTHER, license: 'mit' }] };
const candidate = (text: string, more: object = {}) =>
  unnamed({ candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }], modelVersion: 'm' });
const gemini: CitedAnswer = {
  name: 'Gemini',
  wire: 'gemini-generate',
  whole: {
    candidates: [
      {
        content: { parts: [{ text: TEXT }], role: 'model' },
        finishReason: 'STOP',
        groundingMetadata: grounding,
        citationMetadata: quotes,
      },
    ],
  },
  events: [
    candidate(TEXT.slice(0, 12)),
    candidate(TEXT.slice(12), { citationMetadata: quotes }),
    candidate('', { finishReason: 'STOP', groundingMetadata: grounding }),
  ],
  citations: [
    page(ZURICH),
    { source: { kind: 'document', id: 'kb/1' }, citedText: 'Dry.', span: ROME },
    page(ROME),
    { source: { kind: 'url', url: OTHER }, span: ROME },
  ],
};

const cohereCitations = [
  {
    ...ZURICH,
    text: TEXT.slice(0, 19),
    type: 'TEXT_CONTENT',
    sources: [
      { type: 'document', id: 'document-1', document: { title: 'Notes', text: 'Sun.' } },
      { type: 'tool', id: 'call_1:0', tool_output: { url: PAGE.url, title: PAGE.title } },
    ],
  },
  { start: 0, end: 4, text: 'I wil', type: 'PLAN', sources: [{ type: 'document', id: 'x' }] },
];
const cohere: CitedAnswer = {
  name: 'Cohere',
  wire: 'cohere-chat',
  whole: {
    id: 'a',
    finish_reason: 'COMPLETE',
    message: { role: 'assistant', content: [{ type: 'text', text: TEXT }], citations: cohereCitations },
  },
  events: [
    typed({ type: 'message-start', ...{ id: 'a', delta: { message: { role: 'assistant', content: [] } } } }),
    typed({ type: 'content-start', ...{ index: 0, delta: { message: { content: { type: 'text', text: '' } } } } }),
    typed({ type: 'content-delta', ...{ index: 0, delta: { message: { content: { text: TEXT } } } } }),
    typed({ type: 'content-end', ...{ index: 0 } }),
    ...cohereCitations.map((citations, index) =>
      typed({ type: 'citation-start', ...{ index, delta: { message: { citations } } } }),
    ),
    typed({ type: 'message-end', ...{ delta: { finish_reason: 'COMPLETE' } } }),
  ],
  citations: [
    { source: { kind: 'document', index: 1, title: 'Notes' }, citedText: 'Sun.', span: ZURICH },
    page(ZURICH),
  ],
};

const bedrockCitations = [
  {
    title: 'Notes',
    sourceContent: [{ text: 'Su' }, { text: 'n.' }],
    location: { documentChar: { documentIndex: 1, start: 3, end: 7 } },
  },
  { sourceContent: [{ text: 'Dry.' }], location: { documentPage: { documentIndex: 0, start: 2, end: 3 } } },
  { title: 'Weather', location: { web: { url: PAGE.url, domain: 'weather.example' } } },
  {
    source: 'kb-7',
    sourceContent: [{ text: 'Own' }],
    location: { searchResultLocation: { searchResultIndex: 2, start: 0, end: 1 } },
  },
];
const bedrock: CitedAnswer = {
  name: 'Bedrock',
  wire: 'bedrock-converse',
  whole: {
    output: {
      message: {
        role: 'assistant',
        content: [{ citationsContent: { content: [{ text: TEXT }], citations: bedrockCitations } }],
      },
    },
    stopReason: 'end_turn',
  },
  events: [
    named('messageStart', { role: 'assistant' }),
    named('contentBlockDelta', { contentBlockIndex: 0, delta: { text: TEXT } }),
    ...bedrockCitations.map((citation) => named('contentBlockDelta', { contentBlockIndex: 0, delta: { citation } })),
    named('contentBlockStop', { contentBlockIndex: 0 }),
    named('messageStop', { stopReason: 'end_turn' }),
  ],
  citations: [anthropicHub[0]!, anthropicHub[1]!, page(), anthropicHub[3]!],
};

export const CITED_ANSWERS: readonly CitedAnswer[] = [
  ...[openai, perplexity, responses, anthropic, gemini, cohere, bedrock],
];
