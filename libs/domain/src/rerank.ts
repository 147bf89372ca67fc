/** One rerank call; absent means "the caller did not say". */
export interface RerankRequest {
  readonly model: string;
  readonly query: string;
  /** What is put into order; answers name a document by its place here. */
  readonly documents: readonly RerankDocument[];
  /** How many of the best are wanted. */
  readonly topN?: number;
  /** Whether the answer repeats the documents. */
  readonly returnDocuments: boolean;
  /** The fields of documents that have fields, in this order, that count. */
  readonly rankFields?: readonly string[];
  readonly maxTokensPerDoc?: number;
  readonly maxChunksPerDoc?: number;
  /** Fields there is no word for, by their name on the client's wire. */
  readonly unmapped: Readonly<Record<string, unknown>>;
}

export type RerankDocument = string | Readonly<Record<string, unknown>>;
