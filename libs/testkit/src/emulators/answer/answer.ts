/** One choice of an answer before it is written in a vendor's wire. Every string in `tokens` is one token. */
export interface Answer {
  readonly reasoning: readonly string[];
  readonly blocks: readonly AnswerBlock[];
  readonly finish: AnswerFinish;
  /** Reasoning included. */
  readonly completionTokens: number;
}

export type AnswerBlock =
  | { readonly type: 'text'; readonly tokens: readonly string[] }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly tokens: readonly string[] };

export type AnswerFinish =
  | { readonly type: 'stop' | 'length' | 'tool-calls' }
  | { readonly type: 'stop-sequence'; readonly sequence: string }
  /** The vendor's own word, forced from outside; null when it is withheld. */
  | { readonly type: 'forced'; readonly raw: string | null };
