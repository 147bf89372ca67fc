import { type Citation, type CitationSource, isRecord, type SourceLocation } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

interface LocationRow {
  readonly type: string;
  readonly unit: SourceLocation['unit'];
  readonly start: string;
  readonly end: string;
}

/** `TextCitation` of @anthropic-ai/sdk 1.11.0, those that are about a document of the request. */
const DOCUMENT_LOCATIONS: readonly LocationRow[] = [
  { type: 'char_location', unit: 'characters', start: 'start_char_index', end: 'end_char_index' },
  { type: 'page_location', unit: 'pages', start: 'start_page_number', end: 'end_page_number' },
  { type: 'content_block_location', unit: 'blocks', start: 'start_block_index', end: 'end_block_index' },
];

/** Cited without a place in it, a document is one block. */
const WHOLE_DOCUMENT: SourceLocation = { unit: 'blocks', start: 0, end: 1 };

/** One of a text block's `citations`, or what a `citations_delta` brings; null for kinds not known here. */
export function decodeCitation(value: unknown): Citation | null {
  const source = isRecord(value) ? decodeSource(value) : null;
  if (!isRecord(value) || source === null) return null;
  const citedText = textOf(value.cited_text);
  return { source, ...(citedText !== undefined && citedText !== '' && { citedText }) };
}

export function decodeCitations(values: unknown): Citation[] {
  return Array.isArray(values) ? values.map(decodeCitation).filter((citation) => citation !== null) : [];
}

/** A citation for a client. The wire cites with a whole block, so what part of it is meant is not said. */
export function encodeCitation({ source, citedText = '' }: Citation): Record<string, unknown> {
  switch (source.kind) {
    case 'url':
      return {
        type: 'web_search_result_location',
        cited_text: citedText,
        encrypted_index: source.receipt ?? '',
        title: source.title ?? null,
        url: source.url,
      };
    case 'search-result':
      return {
        type: 'search_result_location',
        cited_text: citedText,
        source: source.source,
        title: source.title ?? null,
        search_result_index: source.index,
        start_block_index: source.location.start,
        end_block_index: source.location.end,
      };
    case 'document': {
      const { index = 0, title = null, location = WHOLE_DOCUMENT } = source;
      const row = DOCUMENT_LOCATIONS.find(({ unit }) => unit === location.unit)!;
      return {
        type: row.type,
        cited_text: citedText,
        document_index: index,
        document_title: title,
        file_id: null,
        [row.start]: location.start,
        [row.end]: location.end,
      };
    }
  }
}

/**
 * A citation in an answer that is part of the conversation now; null for what the API would refuse: pages it has not
 * found itself, and documents it was not given.
 */
export function encodeReturnedCitation(citation: Citation): Record<string, unknown> | null {
  const { source } = citation;
  if (source.kind === 'url' && source.receipt === undefined) return null;
  if (source.kind === 'document' && (source.index === undefined || source.location === undefined)) return null;
  const { file_id: _ofAnswersOnly, ...encoded } = encodeCitation(citation);
  return encoded;
}

function decodeSource(value: Fields): CitationSource | null {
  const title = textOf(value.title ?? value.document_title);
  const titled = title !== undefined && { title };
  if (value.type === 'web_search_result_location') {
    const receipt = textOf(value.encrypted_index);
    return { kind: 'url', url: textOf(value.url) ?? '', ...titled, ...(receipt && { receipt }) };
  }
  if (value.type === 'search_result_location') {
    return {
      kind: 'search-result',
      index: countOf(value.search_result_index),
      source: textOf(value.source) ?? '',
      ...titled,
      location: { unit: 'blocks', start: countOf(value.start_block_index), end: countOf(value.end_block_index) },
    };
  }
  const row = DOCUMENT_LOCATIONS.find(({ type }) => type === value.type);
  if (row === undefined) return null;
  return {
    kind: 'document',
    index: countOf(value.document_index),
    ...titled,
    location: { unit: row.unit, start: countOf(value[row.start]), end: countOf(value[row.end]) },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
