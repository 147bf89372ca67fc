import { type Citation, isRecord, type StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';
import { parseSseEvent } from '../sse/parse-sse-event';
import { CITED_ANSWERS, type CitedAnswer, ROME, TEXT, ZURICH } from './__fixtures__/cited-answers';
import { CONVERSATION_WIRES } from './__fixtures__/conversation-wires';
import { foldParts } from './__fixtures__/fold-parts';
import { decodeStream, encodeStream, eventsOf } from './__fixtures__/read-stream';

type Fields = Record<string, unknown>;
type CitingWire = (typeof CONVERSATION_WIRES)[number];

function partsOf({ wire, whole, events }: CitedAnswer, streamed: boolean): StreamPart[] {
  const codec = CHAT_WIRE_CODECS[wire];
  if (!streamed) return codec.decodeResponse(whole);
  const decoder = codec.createStreamDecoder();
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

/** What a client of the wire finds in its answer, where the vendor's own client looks for it. */
const READERS: Readonly<Record<CitingWire, (answer: Fields) => unknown>> = {
  'openai-chat': (answer) => at(answer, 'choices', 0, 'message', 'annotations'),
  'openai-responses': (answer) => at(answer, 'output', 0, 'content', 0, 'annotations'),
  'anthropic-messages': (answer) => at(answer, 'content', 0, 'citations'),
  'gemini-generate': (answer) => at(answer, 'candidates', 0, 'groundingMetadata'),
};

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

function wholeFor(wire: CitingWire, parts: readonly StreamPart[]): unknown {
  const answer: Fields = JSON.parse(
    JSON.stringify(CHAT_WIRE_CODECS[wire].encodeResponse(parts, { model: 'm', wantsUsage: true })),
  );
  return READERS[wire](answer);
}

/** The documents of a stream, in which the same must be found. */
function streamFor(wire: CitingWire, parts: readonly StreamPart[]): Fields[] {
  const documents = eventsOf(encodeStream(CHAT_WIRE_CODECS[wire], parts)).map((event) => parseSseEvent(event)?.data);
  return documents.flatMap((data) => (data === undefined || data === '[DONE]' ? [] : [JSON.parse(data) as Fields]));
}

const STREAM_READERS: Readonly<Record<CitingWire, (document: Fields) => unknown>> = {
  'openai-chat': (document) => at(document, 'choices', 0, 'delta', 'annotations') ?? [],
  'openai-responses': ({ type, annotation }) => (type === 'response.output_text.annotation.added' ? [annotation] : []),
  'anthropic-messages': ({ delta }) => (isRecord(delta) && delta.citation !== undefined ? [delta.citation] : []),
  'gemini-generate': (document) => at(document, 'candidates', 0, 'groundingMetadata') ?? [],
};

describe('citations of providers', () => {
  it.each(CITED_ANSWERS)('$name', (answer) => {
    const blocks = [{ kind: 'text', text: TEXT, citations: answer.citations }];
    expect(foldParts(partsOf(answer, false)).blocks).toEqual(blocks);
    expect(foldParts(partsOf(answer, true)).blocks).toEqual(blocks);
  });
});

describe('citations for clients', () => {
  const CITATIONS: readonly Citation[] = [
    { source: { kind: 'url', url: 'https://a.example', title: 'A', receipt: 'r' }, citedText: 'Sun', span: ZURICH },
    { source: { kind: 'url', url: 'https://b.example' } },
    {
      source: { kind: 'document', index: 1, title: 'D', location: { unit: 'pages', start: 2, end: 3 } },
      citedText: 'Dry',
      span: ROME,
    },
    {
      source: {
        kind: 'search-result',
        index: 0,
        source: 'https://c.example',
        location: { unit: 'blocks', start: 0, end: 1 },
      },
    },
    { source: { kind: 'document', id: 'kb/1' }, span: ROME },
  ];
  const block = { choice: 0, block: 0 } as const;
  const PARTS: readonly StreamPart[] = [
    { type: 'response-start', id: 'a', model: 'm', createdUnixS: 1 },
    { type: 'text-start', ...block },
    { type: 'citation', ...block, citation: CITATIONS[0]! },
    { type: 'text-delta', ...block, text: TEXT },
    ...CITATIONS.slice(1).map((citation) => ({ type: 'citation' as const, ...block, citation })),
    { type: 'text-end', ...block },
    { type: 'finish', choice: 0, reason: { unified: 'stop', raw: null } },
  ];
  const web = (fields: Fields) => ({ title: '', start_index: 0, end_index: TEXT.length, ...fields });
  const urls = [
    web({ url: 'https://a.example', title: 'A', start_index: ZURICH.start, end_index: ZURICH.end }),
    web({ url: 'https://b.example' }),
    web({ url: 'https://c.example' }),
  ];

  const EXPECTED: Readonly<Record<CitingWire, unknown>> = {
    'openai-chat': urls.map((url_citation) => ({ type: 'url_citation', url_citation })),
    'openai-responses': [
      { type: 'url_citation', ...urls[0] },
      { type: 'url_citation', ...urls[1] },
      { type: 'file_citation', file_id: 'document_1', filename: 'D', index: ROME.end },
      { type: 'url_citation', ...urls[2] },
      { type: 'file_citation', file_id: 'kb/1', filename: '', index: ROME.end },
    ],
    'anthropic-messages': [
      {
        type: 'web_search_result_location',
        cited_text: 'Sun',
        encrypted_index: 'r',
        title: 'A',
        url: 'https://a.example',
      },
      {
        type: 'web_search_result_location',
        cited_text: '',
        encrypted_index: '',
        title: null,
        url: 'https://b.example',
      },
      {
        type: 'page_location',
        cited_text: 'Dry',
        document_index: 1,
        document_title: 'D',
        file_id: null,
        start_page_number: 2,
        end_page_number: 3,
      },
      {
        type: 'search_result_location',
        cited_text: '',
        source: 'https://c.example',
        title: null,
        search_result_index: 0,
        start_block_index: 0,
        end_block_index: 1,
      },
      {
        type: 'content_block_location',
        cited_text: '',
        document_index: 0,
        document_title: null,
        file_id: null,
        start_block_index: 0,
        end_block_index: 1,
      },
    ],
    'gemini-generate': {
      groundingChunks: [
        { web: { uri: 'https://a.example', title: 'A' } },
        { web: { uri: 'https://b.example' } },
        { retrievedContext: { title: 'D', text: 'Dry' } },
        { web: { uri: 'https://c.example' } },
        { retrievedContext: { uri: 'kb/1' } },
      ],
      groundingSupports: [
        { segment: { endIndex: 22, text: 'Zürich is 🏔 sunny.' }, groundingChunkIndices: [0] },
        { segment: { endIndex: 35, text: TEXT }, groundingChunkIndices: [1, 3] },
        { segment: { startIndex: 23, endIndex: 35, text: 'Rome is dry.' }, groundingChunkIndices: [2, 4] },
      ],
    },
  };

  it.each(CONVERSATION_WIRES)('%s, whole', (wire) => {
    expect(wholeFor(wire, PARTS)).toEqual(EXPECTED[wire]);
  });

  it.each(CONVERSATION_WIRES)('%s, streamed', (wire) => {
    const told = streamFor(wire, PARTS).flatMap((document) => STREAM_READERS[wire](document));
    expect(told.length === 1 && !Array.isArray(EXPECTED[wire]) ? told[0] : told).toEqual(EXPECTED[wire]);
  });

  it('counts in the whole text of a chat message, in which every block has its place', () => {
    const second = { choice: 0, block: 1 } as const;
    const parts: StreamPart[] = [
      ...PARTS.filter(({ type }) => type !== 'finish' && type !== 'citation'),
      { type: 'text-start', ...second },
      { type: 'text-delta', ...second, text: ' So.' },
      { type: 'citation', ...second, citation: { ...CITATIONS[0]!, span: { start: 1, end: 3 } } },
      { type: 'text-end', ...second },
      PARTS.at(-1)!,
    ];
    expect(wholeFor('openai-chat', parts)).toMatchObject([
      { url_citation: { start_index: TEXT.length + 1, end_index: TEXT.length + 3 } },
    ]);
    expect(wholeFor('gemini-generate', parts)).toMatchObject({ groundingSupports: [{ segment: { text: 'So' } }] });
  });

  it.each(CITED_ANSWERS.flatMap((answer) => CONVERSATION_WIRES.map((wire) => ({ answer, wire }))))(
    '$answer.name to $wire: the same in a stream and in a whole answer, the page among them',
    ({ answer, wire }) => {
      const whole = wholeFor(wire, partsOf(answer, false));
      const told = streamFor(wire, partsOf(answer, true)).flatMap((document) => STREAM_READERS[wire](document));
      expect(Array.isArray(whole) ? told : told[0]).toEqual(whole);
      expect(JSON.stringify(whole)).toContain('https://weather.example/');
    },
  );

  const line = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).filter(isWellFormed);
  const cited = line.chain((text) =>
    fc.record({
      text: fc.constant(text),
      spans: fc.array(
        fc
          .tuple(fc.nat(text.length - 1), fc.nat(text.length - 1))
          .map(([one, other]) => ({ start: Math.min(one, other), end: Math.max(one, other) + 1 }))
          .filter(({ start, end }) => isWellFormed(text.slice(start, end))),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );

  it.each(CONVERSATION_WIRES.filter((wire) => wire !== 'anthropic-messages'))(
    'any part of any text, there and back on %s',
    (wire) => {
      fc.assert(
        fc.property(cited, ({ text, spans }) => {
          const citations = spans.map((span, index): Citation => {
            return { source: { kind: 'url', url: `https://${index}.example` }, span };
          });
          const parts: StreamPart[] = [
            PARTS[0]!,
            PARTS[1]!,
            { type: 'text-delta', ...block, text },
            ...citations.map((citation) => ({ type: 'citation' as const, ...block, citation })),
            ...PARTS.slice(-2),
          ];
          const back = foldParts(decodeStream(CHAT_WIRE_CODECS[wire], encodeStream(CHAT_WIRE_CODECS[wire], parts)));
          const inOrder = (list: readonly Citation[] = []) => list.map((one) => JSON.stringify(one)).sort();
          expect(inOrder(back.blocks[0]?.citations)).toEqual(inOrder(citations));
        }),
      );
    },
  );
});

/** Without half of a surrogate pair, which UTF-8 cannot write. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString('utf8') === text;
}
