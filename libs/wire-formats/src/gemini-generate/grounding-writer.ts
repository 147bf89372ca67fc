import type { Citation, StreamPart } from '@gateway/domain';
import { webAddressOf } from '../web-citation';

type Fields = Record<string, unknown>;

interface CitedSpan {
  readonly citation: Citation;
  /** In the text of the whole candidate. */
  readonly start: number;
  readonly end: number;
}

interface Support {
  readonly segment: Fields;
  readonly groundingChunkIndices: number[];
}

/** The citations of one candidate, gathered until its end: the wire tells them beside its content, in one piece. */
export class GroundingWriter {
  #text = '';
  #blockStart = 0;
  #open: Citation[] = [];
  readonly #spans: CitedSpan[] = [];

  take(part: StreamPart): void {
    switch (part.type) {
      case 'text-start':
        this.#blockStart = this.#text.length;
        break;
      case 'text-delta':
      case 'refusal-delta':
        this.#text += part.text;
        break;
      case 'citation':
        this.#open.push(part.citation);
        break;
      case 'text-end':
        this.#closeBlock();
        break;
      default:
    }
  }

  /** `groundingMetadata`; null where nothing was cited. */
  metadata(): Fields | null {
    if (this.#spans.length === 0) return null;
    const chunks: Fields[] = [];
    const placeOfChunk = new Map<string, number>();
    const supports = new Map<string, Support>();
    for (const { citation, start, end } of this.#spans) {
      const chunk = encodeChunk(citation);
      const key = JSON.stringify(chunk);
      const place = placeOfChunk.get(key) ?? chunks.push(chunk) - 1;
      placeOfChunk.set(key, place);
      const support = supports.get(`${start} ${end}`) ?? {
        segment: this.#segment(start, end),
        groundingChunkIndices: [],
      };
      supports.set(`${start} ${end}`, support);
      support.groundingChunkIndices.push(place);
    }
    return { groundingChunks: chunks, groundingSupports: [...supports.values()] };
  }

  #closeBlock(): void {
    const whole = { start: 0, end: this.#text.length - this.#blockStart };
    for (const citation of this.#open) {
      const { start, end } = citation.span ?? whole;
      this.#spans.push({ citation, start: this.#blockStart + start, end: this.#blockStart + end });
    }
    this.#open = [];
  }

  #segment(start: number, end: number): Fields {
    const text = this.#text.slice(start, end);
    const startIndex = Buffer.byteLength(this.#text.slice(0, start));
    return { ...(startIndex > 0 && { startIndex }), endIndex: startIndex + Buffer.byteLength(text), text };
  }
}

function encodeChunk(citation: Citation): Fields {
  const { source, citedText } = citation;
  const url = webAddressOf(citation);
  const title = source.title !== undefined && { title: source.title };
  if (url !== null) return { web: { uri: url, ...title } };
  const uri = source.kind === 'document' ? source.id : source.kind === 'search-result' ? source.source : undefined;
  return {
    retrievedContext: {
      ...(uri !== undefined && { uri }),
      ...title,
      ...(citedText !== undefined && { text: citedText }),
    },
  };
}
