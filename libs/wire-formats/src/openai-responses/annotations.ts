import { type Citation, isRecord } from '@gateway/domain';
import { decodeUrlCitation, encodeUrlCitation, webAddressOf } from '../web-citation';

/** One of an `output_text`'s annotations; null for kinds that cite nothing (`file_path`). Spans are in that text. */
export function decodeAnnotation(annotation: unknown): Citation | null {
  if (!isRecord(annotation)) return null;
  if (annotation.type === 'url_citation') return decodeUrlCitation(annotation);
  if (annotation.type !== 'file_citation' && annotation.type !== 'container_file_citation') return null;
  const { file_id: id, filename: title, start_index: start, end_index: end } = annotation;
  const hasSpan = typeof start === 'number' && typeof end === 'number' && end > start;
  return {
    source: {
      kind: 'document',
      ...(typeof id === 'string' && id !== '' && { id }),
      ...(typeof title === 'string' && title !== '' && { title }),
    },
    ...(hasSpan && { span: { start, end } }),
  };
}

export function decodeAnnotations(annotations: unknown): Citation[] {
  return Array.isArray(annotations) ? annotations.flatMap((annotation) => decodeAnnotation(annotation) ?? []) : [];
}

/** `textLength` is that of the whole text. A file's citation stands at a place, not over a part of the text. */
export function encodeAnnotation(citation: Citation, textLength: number): Record<string, unknown> {
  const { source, span = { start: 0, end: textLength } } = citation;
  const url = webAddressOf(citation);
  if (url !== null) return { type: 'url_citation', ...encodeUrlCitation(citation, url, { start: 0, end: textLength }) };
  const index = source.kind === 'url' ? 0 : (source.index ?? 0);
  const id = source.kind === 'document' ? source.id : source.kind === 'search-result' ? source.source : undefined;
  return {
    type: 'file_citation',
    file_id: id ?? `document_${index}`,
    filename: source.title ?? '',
    index: span.end,
  };
}
