import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** `[name, status, class, title, detail]` of Replicate's layout. */
const SAMPLES: readonly (readonly [string, number, FailureClass, string, string])[] = [
  ['a wrong input', 422, 'bad-request', 'Input validation failed', '- input: prompt is required'],
  ['a wrong key', 401, 'auth', 'Unauthenticated', 'You did not pass a valid authentication token'],
  ['an unpaid bill', 402, 'quota-exhausted', 'Insufficient credit', 'You have insufficient credit to run this model.'],
  ['a model not ours', 403, 'auth', 'Forbidden', 'You do not have permission to perform this action.'],
  ['an unknown model', 404, 'model-not-found', 'Not found', 'The requested resource could not be found.'],
  ['too many requests', 429, 'rate-limited', 'Too many requests', 'Request was throttled. Expected in 1 second.'],
  ['a server error', 500, 'server-error', 'Internal error', 'Internal server error'],
  ['overload', 503, 'overloaded', 'Service unavailable', 'Service temporarily unavailable'],
];

export const REPLICATE_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, title, detail]: (typeof SAMPLES)[number]): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ title, detail, status }) };
}
