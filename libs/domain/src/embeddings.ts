/** One embeddings call; absent means "the caller did not say". */
export interface EmbeddingsRequest {
  readonly model: string;
  /** Each gives one vector. A list of numbers is text that the client has made into the model's tokens itself. */
  readonly inputs: readonly EmbeddingInput[];
  /** Length of the vectors. */
  readonly dimensions?: number;
  readonly encodingFormat: EmbeddingEncoding;
  readonly user?: string;
  /** Fields there is no word for, by their name on OpenAI's wire. */
  readonly unmapped: Readonly<Record<string, unknown>>;
}

export type EmbeddingInput = string | readonly number[];

/** How the client wants vectors written: as numbers, or as the base64 of their little-endian 32-bit floats. */
export type EmbeddingEncoding = 'float' | 'base64';
