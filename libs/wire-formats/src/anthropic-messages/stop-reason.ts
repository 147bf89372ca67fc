import type { FinishReason, UnifiedFinishReason } from '@gateway/domain';

/** `StopReason` of @anthropic-ai/sdk 1.11.0, each with its word in the hub. */
const UNIFIED_BY_STOP_REASON: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
  ['pause_turn', 'pause'],
]);

const STOP_REASON_BY_UNIFIED: Readonly<Record<UnifiedFinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  pause: 'pause_turn',
  other: 'end_turn',
};

/** `stop_reason` of a response or `message_delta` → hub. */
export function finishReasonOf(stopReason: unknown): FinishReason {
  if (typeof stopReason !== 'string') return { unified: 'other', raw: null };
  return { unified: UNIFIED_BY_STOP_REASON.get(stopReason) ?? 'other', raw: stopReason };
}

/** What the answer held, which decides the stop reason where the provider's own word is less precise than ours. */
export interface AnswerTraits {
  readonly hasToolCall: boolean;
  readonly hasRefusal: boolean;
  readonly stopSequence: string | undefined;
}

/**
 * Hub → `stop_reason`. OpenAI says `stop` when a named function was forced, when a stop sequence was hit and when the
 * model refused; Anthropic's clients tell these apart by the stop reason, so the answer's content decides.
 */
export function stopReasonOf(reason: FinishReason, traits: AnswerTraits): string {
  if (reason.raw !== null && UNIFIED_BY_STOP_REASON.get(reason.raw) === reason.unified) return reason.raw;
  if (reason.unified === 'stop') {
    if (traits.hasToolCall) return 'tool_use';
    if (traits.hasRefusal) return 'refusal';
    if (traits.stopSequence !== undefined) return 'stop_sequence';
  }
  return STOP_REASON_BY_UNIFIED[reason.unified];
}
