import { isRecord, type StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { finishReasonOf } from './stop-reason';

/** Of `messageStop`, or of a whole answer. */
export function finishPart(data: Readonly<Record<string, unknown>>, isJsonAnswer: boolean): StreamPart {
  if (typeof data.stopReason !== 'string') throw new MalformedResponse('the answer does not say why it ended');
  const more = data.additionalModelResponseFields;
  const met = isRecord(more) && data.stopReason === 'stop_sequence' ? more.stop_sequence : undefined;
  const reason = finishReasonOf(data.stopReason, isJsonAnswer);
  return { type: 'finish', choice: 0, reason, ...(typeof met === 'string' && { stopSequence: met }) };
}
