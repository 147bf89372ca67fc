import type { GatewayError } from '@gateway/domain';
import { encodeError } from '../openai-chat/encode-error';
import { responsesEvent } from './sse-event-text';

const SEQUENCE_NUMBER = /"sequence_number":\s*(\d+)/g;

/**
 * An `error` event. OpenAI documents its members at the top level and sends them inside `error`, which is what its own
 * client goes by; both are there. `sent` is the last that was written: events are numbered.
 */
export function encodeStreamError(error: GatewayError, _requestId: string, sent?: Uint8Array | string): string {
  return responsesEvent('error', {
    sequence_number: nextNumber(sent),
    code: error.code,
    message: error.message,
    param: error.param ?? null,
    error: encodeError(error).error,
  });
}

function nextNumber(sent: Uint8Array | string | undefined): number {
  if (sent === undefined) return 0;
  const text =
    typeof sent === 'string' ? sent : Buffer.from(sent.buffer, sent.byteOffset, sent.length).toString('latin1');
  const last = [...text.matchAll(SEQUENCE_NUMBER)].at(-1)?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
