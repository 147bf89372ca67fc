import { type Citation, type CitationSource, isRecord, type SourceLocation } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/** `CitationLocation` of @aws-sdk/client-bedrock-runtime, those that are about a document of the request. */
const UNIT_BY_MEMBER: Readonly<Record<string, SourceLocation['unit']>> = {
  documentChar: 'characters',
  documentPage: 'pages',
  documentChunk: 'blocks',
};

/** `Citation`, or the `citation` of a delta, which has the same members; null where it names no place. */
export function decodeCitation(value: unknown): Citation | null {
  if (!isRecord(value)) return null;
  const source = decodeSource(value);
  if (source === null) return null;
  const citedText = listOf(value.sourceContent)
    .map((piece) => (isRecord(piece) && typeof piece.text === 'string' ? piece.text : ''))
    .join('');
  return { source, ...(citedText !== '' && { citedText }) };
}

/** A citation of an earlier answer; null for those that are about nothing this conversation holds. */
export function encodeCitation({ source, citedText }: Citation): Record<string, unknown> | null {
  const location = encodeLocation(source);
  if (location === null) return null;
  return {
    ...(source.title !== undefined && { title: source.title }),
    ...(source.kind === 'search-result' && { source: source.source }),
    ...(citedText !== undefined && { sourceContent: [{ text: citedText }] }),
    location,
  };
}

function decodeSource(value: Fields): CitationSource | null {
  const location = isRecord(value.location) ? value.location : {};
  const titled = typeof value.title === 'string' && { title: value.title };
  const { web, searchResultLocation: found } = location;
  if (isRecord(web)) return { kind: 'url', url: String(web.url ?? web.domain ?? ''), ...titled };
  if (isRecord(found)) {
    const source = typeof value.source === 'string' ? value.source : '';
    const range = rangeOf('blocks', found);
    return { kind: 'search-result', index: countOf(found.searchResultIndex), source, ...titled, location: range };
  }
  for (const [member, unit] of Object.entries(UNIT_BY_MEMBER)) {
    const range = location[member];
    if (!isRecord(range)) continue;
    return { kind: 'document', index: countOf(range.documentIndex), ...titled, location: rangeOf(unit, range) };
  }
  return null;
}

function encodeLocation(source: CitationSource): Record<string, unknown> | null {
  switch (source.kind) {
    case 'url':
      return { web: { url: source.url } };
    case 'search-result': {
      const { start, end } = source.location;
      return { searchResultLocation: { searchResultIndex: source.index, start, end } };
    }
    case 'document': {
      const { index, location } = source;
      if (index === undefined || location === undefined) return null;
      const member = Object.keys(UNIT_BY_MEMBER).find((name) => UNIT_BY_MEMBER[name] === location.unit)!;
      return { [member]: { documentIndex: index, start: location.start, end: location.end } };
    }
  }
}

function rangeOf(unit: SourceLocation['unit'], { start, end }: Fields): SourceLocation {
  return { unit, start: countOf(start), end: countOf(end) };
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
