import type { FinishReason } from '@gateway/domain';

/** This wire's three words; whatever else ends an answer, its text is all there is. */
export function encodeFinishReason({ unified }: FinishReason): 'stop' | 'length' | 'content_filter' {
  if (unified === 'content-filter') return 'content_filter';
  return unified === 'length' ? 'length' : 'stop';
}
