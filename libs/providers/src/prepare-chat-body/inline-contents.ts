import { type ChatRequest, GatewayException } from '@gateway/domain';
import type { RemoteContent } from '@gateway/provider-kit';

/** What a client named by URL and the gateway has fetched, by URL. */
export type FetchedContents = ReadonlyMap<string, RemoteContent>;

type Message = ChatRequest['messages'][number];
type Part = Message['content'][number];
type UrlPart = Extract<Part, { readonly type: 'image' | 'document' }>;

/** The URLs of images and documents in a request, each once, tool results included. */
export function contentUrlsOf(request: ChatRequest): readonly string[] {
  const urls = new Set<string>();
  withEachUrl(request, (part, url) => {
    urls.add(url);
    return part;
  });
  return [...urls];
}

/**
 * The request with the fetched contents in the place of their URLs, for providers that take bytes only. Other URLs stay.
 * @throws GatewayException `invalid_request` where a document turned out to be an image.
 */
export function inlineContents(request: ChatRequest, contents: FetchedContents): ChatRequest {
  return withEachUrl(request, (part, url) => {
    const content = contents.get(url);
    return content ? asBytes(part, content) : part;
  });
}

function asBytes(part: UrlPart, { type, bytes }: RemoteContent): UrlPart {
  const data = bytes.toString('base64');
  const cacheControl = part.cacheControl !== undefined && { cacheControl: part.cacheControl };
  // A link to a PDF where an image is meant is still a PDF.
  if (type === 'application/pdf') {
    const source = { kind: 'base64', mediaType: type, data } as const;
    return part.type === 'document' ? { ...part, source } : { type: 'document', source, ...cacheControl };
  }
  if (part.type === 'document')
    throw new GatewayException({
      code: 'invalid_request',
      message: `A document is given by a URL that leads to ${type}, not to a PDF.`,
    });
  const detail = part.detail !== undefined && { detail: part.detail };
  return { type: 'image', source: { kind: 'base64', mediaType: type, data }, ...detail, ...cacheControl };
}

function withEachUrl(request: ChatRequest, change: (part: UrlPart, url: string) => UrlPart): ChatRequest {
  const inPart = <P extends { readonly type: string }>(part: P): P | UrlPart => {
    if (!isUrlPart(part)) return part;
    return part.source.kind === 'url' ? change(part, part.source.url) : part;
  };
  const messages = request.messages.map((message) => ({
    ...message,
    content: message.content.map((part) =>
      part.type === 'tool-result'
        ? { ...part, content: part.content.map((item) => noDocument(inPart(item))) }
        : inPart(part),
    ),
  }));
  return { ...request, messages: messages as readonly Message[] };
}

/** A tool's result holds texts and images. */
function noDocument<P extends { readonly type: string }>(part: P): P {
  if (part.type !== 'document') return part;
  throw new GatewayException({
    code: 'invalid_request',
    message: "A tool's result names a URL that leads to a PDF, not to an image.",
  });
}

function isUrlPart(part: { readonly type: string }): part is UrlPart {
  return part.type === 'image' || part.type === 'document';
}
