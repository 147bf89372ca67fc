import type { StreamPart, TokenLogprob } from '@gateway/domain';

/** A frame holds one JSON array and cannot be split, so it is kept far below NATS' 1 MB message limit. */
const MAX_TEXT_CHARS = 100_000;
const MAX_PAYLOAD_CHARS = 200_000;
const MAX_TOKENS = 50;

type TextDelta = Extract<StreamPart, { type: 'text-delta' }>;

/** Parts → payloads of `parts` frames. Long texts become several deltas, which means the same. */
export function encodeParts(parts: readonly StreamPart[]): Uint8Array[] {
  if (parts.length === 0) return [];
  const payloads: Uint8Array[] = [];
  let documents: string[] = [];
  let size = 0;
  const flush = (): void => {
    if (documents.length > 0) payloads.push(Buffer.from(`[${documents.join(',')}]`));
    documents = [];
    size = 0;
  };
  for (const part of parts.flatMap(splitLongText)) {
    const document = JSON.stringify(part);
    if (size + document.length > MAX_PAYLOAD_CHARS) flush();
    documents.push(document);
    size += document.length;
  }
  flush();
  return payloads;
}

function splitLongText(part: StreamPart): StreamPart[] {
  if (part.type === 'text-delta' && part.logprobs !== undefined) return sliceLogprobs(part, part.logprobs);
  if ('text' in part && part.text.length > MAX_TEXT_CHARS) {
    return sliceText(part.text).map((text) => ({ ...part, text }));
  }
  if (part.type === 'tool-call-delta' && part.argumentsText.length > MAX_TEXT_CHARS) {
    return sliceText(part.argumentsText).map((argumentsText) => ({ ...part, argumentsText }));
  }
  return [part.type === 'citation' ? withShortWords(part) : part];
}

/** A token with twenty others beside it takes about 2 KB. */
function sliceLogprobs(part: TextDelta, logprobs: readonly TokenLogprob[]): StreamPart[] {
  const { logprobs: _all, ...plain } = part;
  if (logprobs.length <= MAX_TOKENS && part.text.length <= MAX_TEXT_CHARS) return [part];
  const told: StreamPart[] = [];
  for (let from = 0; from < logprobs.length; from += MAX_TOKENS) {
    told.push({ ...plain, text: '', logprobs: logprobs.slice(from, from + MAX_TOKENS) });
  }
  return [...splitLongText(plain), ...told];
}

/** What is cited may be a whole document, of which every client has the rest. */
function withShortWords(part: Extract<StreamPart, { type: 'citation' }>): StreamPart {
  const { citation } = part;
  const [words] = sliceText(citation.citedText ?? '');
  return words === undefined || words === citation.citedText
    ? part
    : { ...part, citation: { ...citation, citedText: words } };
}

/** Slices without cutting a surrogate pair in two. */
function sliceText(text: string): string[] {
  const slices: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + MAX_TEXT_CHARS, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    slices.push(text.slice(from, to));
    from = to;
  }
  return slices;
}
