import type { Citation, StreamPart } from '@gateway/domain';
import { encodeUrlCitation, webAddressOf } from '../web-citation';

interface OpenText {
  readonly block: number;
  /** Where the block begins in the text of the message. */
  readonly start: number;
  readonly citations: Citation[];
}

/**
 * Collects the citations of one choice. The wire counts in the text of the whole message and wants the end of what is
 * cited, so that they are told when their block is over. It cites pages only: documents are left out.
 */
export class AnnotationWriter {
  #length = 0;
  #open: OpenText | null = null;

  /** The annotations that can be told now. */
  take(part: Extract<StreamPart, { readonly block: number }>): readonly Record<string, unknown>[] {
    switch (part.type) {
      case 'text-start':
        this.#open = { block: part.block, start: this.#length, citations: [] };
        return [];
      case 'text-delta':
        this.#length += part.text.length;
        return [];
      case 'citation':
        this.#open?.citations.push(part.citation);
        return [];
      case 'text-end':
        return this.#end();
      default:
        return [];
    }
  }

  #end(): readonly Record<string, unknown>[] {
    const open = this.#open;
    this.#open = null;
    if (open === null) return [];
    const span = { start: open.start, end: this.#length };
    return open.citations.flatMap((citation) => {
      const url = webAddressOf(citation);
      return url === null ? [] : [{ type: 'url_citation', url_citation: encodeUrlCitation(citation, url, span) }];
    });
  }
}
