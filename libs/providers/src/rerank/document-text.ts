import type { RerankDocument, RerankRequest } from '@gateway/domain';

/**
 * What a document says, for providers that compare texts only: the fields the client wants ranked, else its `text`, else
 * all of them. Fields are written as YAML, which Cohere asks for and its models were trained on.
 */
export function documentText(document: RerankDocument, { rankFields }: Pick<RerankRequest, 'rankFields'>): string {
  if (typeof document === 'string') return document;
  if (rankFields === undefined && typeof document.text === 'string') return document.text;
  return (rankFields ?? Object.keys(document))
    .filter((field) => Object.hasOwn(document, field))
    .map((field) => `${field}: ${scalarText(document[field])}`)
    .join('\n');
}

/** JSON is YAML, so what is no plain text needs no notation of its own; text of several lines is quoted. */
function scalarText(value: unknown): string {
  return typeof value === 'string' && !value.includes('\n') ? value : JSON.stringify(value);
}
