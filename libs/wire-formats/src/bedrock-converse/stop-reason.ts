import type { FinishReason, UnifiedFinishReason } from '@gateway/domain';

/** `StopReason` of the API's reference, each with its word in the hub. */
const UNIFIED: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
]);

/** An answer that was given by calling our own tool ended like any other. */
export function finishReasonOf(stopReason: string, isJsonAnswer: boolean): FinishReason {
  const unified = UNIFIED.get(stopReason) ?? 'other';
  return { unified: unified === 'tool-calls' && isJsonAnswer ? 'stop' : unified, raw: stopReason };
}
