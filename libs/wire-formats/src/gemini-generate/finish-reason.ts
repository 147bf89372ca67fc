import type { FinishReason, UnifiedFinishReason } from '@gateway/domain';

/** `Candidate.FinishReason` of the API's reference, each with its word in the hub; unknown ones → `other`. */
const UNIFIED: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
]);

/** The wire says `STOP` after calls of functions, too; clients go by the reason, so the calls would be lost. */
export function finishReasonOf(raw: string, hasToolCalls: boolean): FinishReason {
  const unified = UNIFIED.get(raw) ?? 'other';
  return { unified: unified === 'stop' && hasToolCalls ? 'tool-calls' : unified, raw };
}

const FOR_CLIENTS: Readonly<Record<UnifiedFinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  // The API says the same after calls of functions.
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
};

/** Hub → `finishReason`; a reason that came from this wire goes back as it came. */
export function finishReasonFor({ unified, raw }: FinishReason): string {
  const isOurs = raw !== null && UNIFIED.get(raw) !== undefined && FOR_CLIENTS[unified] !== 'STOP';
  return isOurs ? raw : FOR_CLIENTS[unified];
}
