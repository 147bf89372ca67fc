import { isRecord } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';

/** @throws MalformedResponse when an event's data is not a JSON object. */
export function parseEventData(data: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch (cause) {
    throw new MalformedResponse('the data of an event is not JSON', { cause });
  }
  if (!isRecord(parsed)) throw new MalformedResponse('the data of an event is not an object');
  return parsed;
}
