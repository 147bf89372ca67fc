import type { ChatRequest, ContentPart, DocumentPart } from '@gateway/domain';

/** A document whose words are here. */
export type PlainDocument = DocumentPart & { readonly source: Extract<DocumentPart['source'], { kind: 'text' }> };

/** A document of plain text for wires where that is a text like any other: its title and context stand before it. */
export function textOfDocument({ source, title, context }: DocumentPart): string {
  const head = [title, context].filter((line) => line !== undefined);
  return [...head, source.kind === 'text' ? source.text : ''].join('\n\n');
}

export function isPlainDocument(part: { readonly type: string; readonly source?: unknown }): part is PlainDocument {
  return part.type === 'document' && (part as DocumentPart).source.kind === 'text';
}

/** For wires that know of a document no more than its file: other documents are texts, and so is what is said of a file. */
export function withPlainTexts(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) =>
    message.content.some(({ type }) => type === 'document')
      ? { ...message, content: message.content.flatMap(asPlainParts) }
      : message,
  );
  return { ...request, messages };
}

function asPlainParts(part: ContentPart): readonly ContentPart[] {
  if (part.type !== 'document') return [part];
  const { context, cacheControl, ...file } = part;
  const cached = cacheControl !== undefined && { cacheControl };
  if (isPlainDocument(part)) return [{ type: 'text', text: textOfDocument(part), ...cached }];
  return context === undefined
    ? [part]
    : [
        { type: 'text', text: context },
        { ...file, ...cached },
      ];
}
