import { type ChatRequest, type Citation, type CitationSource, isRecord } from '@gateway/domain';
import { isPlainDocument } from '../plain-document';

type Fields = Readonly<Record<string, unknown>>;

/** Documents of a conversation have no ids; on this wire they get these, which lead back to them. */
const OWN_ID = /^document-(\d+)$/;

/**
 * One of an answer's citations, which has a source or several → one for each. Those of plans and thoughts are left out:
 * what they cite is not in the text.
 */
export function decodeCitation(value: unknown): Citation[] {
  if (!isRecord(value) || (typeof value.type === 'string' && value.type !== 'TEXT_CONTENT')) return [];
  const { start, end, sources } = value;
  const span = typeof start === 'number' && typeof end === 'number' && end > start && { span: { start, end } };
  return (Array.isArray(sources) ? sources : [])
    .filter(isRecord)
    .map((source) => ({ ...decodeSource(source), ...span }));
}

/** `documents` that may be cited from. They are told apart by their place among all documents of the conversation. */
export function encodeCitedDocuments({ messages }: ChatRequest): Record<string, unknown>[] {
  const documents = messages.flatMap(({ content }) => content.filter((part) => part.type === 'document'));
  return documents.flatMap((part, index) => {
    if (!part.citations || !isPlainDocument(part)) return [];
    const { source, title, context } = part;
    const about = { ...(title !== undefined && { title }), ...(context !== undefined && { context }) };
    return [{ id: `document-${index}`, data: { ...about, text: source.text } }];
  });
}

function decodeSource({ id, document, tool_output: output }: Fields): Citation {
  const said = isRecord(document) ? document : isRecord(output) ? output : {};
  const text = said.text ?? said.snippet;
  return {
    source: sourceOf(typeof id === 'string' ? id : '', said),
    ...(typeof text === 'string' && text !== '' && { citedText: text }),
  };
}

function sourceOf(id: string, { title, url }: Fields): CitationSource {
  const titled = typeof title === 'string' && title !== '' && { title };
  if (typeof url === 'string' && url !== '') return { kind: 'url', url, ...titled };
  const [, index] = OWN_ID.exec(id) ?? [];
  return { kind: 'document', ...(index === undefined ? { id } : { index: Number(index) }), ...titled };
}
