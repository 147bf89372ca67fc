/** Why the model stopped, in one vocabulary for all wires; `raw` keeps the provider's own word. */
export type UnifiedFinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'pause'
  | 'other';

export interface FinishReason {
  readonly unified: UnifiedFinishReason;
  readonly raw: string | null;
}
