import { isRecord, type StreamPart } from '@gateway/domain';
import { streamErrorOf } from '../openai-chat/classify-error-event';

/** How a choice ends that the service broke off by itself (the API's reference). */
const FAILED: ReadonlySet<string | null> = new Set(['error', 'cancelled']);

/**
 * Errors are `{errors: [{code, message}], trace, status_code}`, and may come in an answer that began well.
 * @throws ProviderStreamError when the document is one
 */
export function refuseFailure(document: unknown): void {
  if (!isRecord(document) || !Array.isArray(document.errors)) return;
  const first: unknown = document.errors[0];
  throw streamErrorOf({ code: isRecord(first) ? first.code : undefined, status: document.status_code });
}

/** @throws ProviderStreamError when a choice ended by a failure: its text would pass for a whole answer */
export function refuseFailedFinish(parts: StreamPart[]): StreamPart[] {
  for (const part of parts) {
    if (part.type === 'finish' && FAILED.has(part.reason.raw)) throw streamErrorOf({ code: part.reason.raw });
  }
  return parts;
}
