import { isRecord } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { streamErrorOf } from './classify-error-event';

export const DONE = '[DONE]';

/**
 * A provider's JSON → an object that is not an error.
 * @throws MalformedResponse when it is not a JSON object; ProviderStreamError when it reports an error.
 */
export function parseAnswer(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new MalformedResponse('the provider sent something that is not JSON', { cause });
  }
  return refuseError(value);
}

/** The same for what is parsed already. */
export function refuseError(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new MalformedResponse('the provider sent JSON that is not an object');
  if (value.error !== undefined && value.error !== null) throw streamErrorOf(value.error);
  return value;
}
