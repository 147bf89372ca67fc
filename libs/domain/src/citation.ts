/** A page of the web. */
export interface UrlSource {
  readonly kind: 'url';
  readonly url: string;
  readonly title?: string;
  /** Opaque proof that the provider found the page; must be returned unchanged (Anthropic's `encrypted_index`). */
  readonly receipt?: string;
}

/** A document of the request, or one the provider looked up. */
export interface DocumentSource {
  readonly kind: 'document';
  /** Which of the request's documents, from 0. */
  readonly index?: number;
  readonly id?: string;
  readonly title?: string;
  readonly location?: SourceLocation;
}

/** A result of a search that the client made itself and handed in. */
export interface SearchResultSource {
  readonly kind: 'search-result';
  /** Which of the request's results, from 0. */
  readonly index: number;
  /** Where the result came from: an address, or a name the client chose. */
  readonly source: string;
  readonly title?: string;
  readonly location: SourceLocation;
}

/** The end is exclusive. Pages count from 1, characters and blocks from 0. */
export interface SourceLocation {
  readonly unit: 'characters' | 'pages' | 'blocks';
  readonly start: number;
  readonly end: number;
}

export type CitationSource = UrlSource | DocumentSource | SearchResultSource;

/** Where something that an answer says comes from. A claim with two sources has two citations. */
export interface Citation {
  readonly source: CitationSource;
  /** What is cited, in the source's own words. */
  readonly citedText?: string;
  /** What of the block's text it backs, in UTF-16 code units, the end exclusive; absent where it is the whole block. */
  readonly span?: { readonly start: number; readonly end: number };
}
