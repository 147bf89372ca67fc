import type { FinishReason, UnifiedFinishReason } from '@gateway/domain';

/** Words of the wire itself, then of servers that speak it with an accent of their own. Unknown words → `other`. */
const UNIFIED: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['tool_use', 'tool-calls'],
  ['time_limit', 'length'],
]);

const WORD: Readonly<Record<UnifiedFinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  // The wire has no word for a turn the provider paused, nor for "something else"; clients know these five only.
  pause: 'stop',
  other: 'stop',
};

/** Null when the chunk says nothing yet: absent, null, or the empty string that some servers send until the end. */
export function decodeFinishReason(raw: unknown): FinishReason | null {
  if (typeof raw !== 'string' || raw === '') return null;
  return { unified: UNIFIED.get(raw) ?? 'other', raw };
}

export function encodeFinishReason(reason: FinishReason): string {
  return WORD[reason.unified];
}
