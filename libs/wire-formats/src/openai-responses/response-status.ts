import type { FinishReason } from '@gateway/domain';

export interface ResponseStatus {
  readonly status: 'completed' | 'incomplete';
  readonly incompleteReason: 'max_output_tokens' | 'content_filter' | null;
}

const COMPLETED: ResponseStatus = { status: 'completed', incompleteReason: null };

/** The wire tells only why an answer is not complete. */
export function encodeFinish(reason: FinishReason): ResponseStatus {
  if (reason.unified === 'length') return { status: 'incomplete', incompleteReason: 'max_output_tokens' };
  if (reason.unified === 'content-filter') return { status: 'incomplete', incompleteReason: 'content_filter' };
  return COMPLETED;
}

/** `calledTool`: the wire has no word for it, the output shows it. */
export function decodeFinish(status: unknown, incompleteReason: unknown, calledTool: boolean): FinishReason {
  if (status === 'incomplete') {
    const raw = typeof incompleteReason === 'string' ? incompleteReason : 'incomplete';
    if (raw === 'max_output_tokens' || raw === 'max_tokens') return { unified: 'length', raw };
    return { unified: raw === 'content_filter' ? 'content-filter' : 'other', raw };
  }
  return { unified: calledTool ? 'tool-calls' : 'stop', raw: typeof status === 'string' ? status : null };
}
