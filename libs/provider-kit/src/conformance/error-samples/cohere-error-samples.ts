import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** Cohere's errors are a sentence: `[name, status, class, message]`. Sentences of its page on errors. */
const SAMPLES: readonly (readonly [string, number, FailureClass, string])[] = [
  ['a wrong field', 400, 'bad-request', 'invalid request: query must not be empty or be only whitespace'],
  [
    'a long prompt',
    400,
    'context-window',
    'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292. Try using a shorter prompt.',
  ],
  ['too much text', 400, 'context-window', 'too many tokens: size limit exceeded by 11326 tokens.'],
  [
    'too large an output limit',
    400,
    'bad-request',
    'too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192.',
  ],
  ['a wrong key', 401, 'auth', 'invalid api token'],
  ['an unpaid bill', 402, 'quota-exhausted', 'Please add or update your payment method to continue'],
  ['an unknown model', 404, 'model-not-found', "model 'nope' not found, make sure the correct model ID was used."],
  [
    'unprocessable',
    422,
    'bad-request',
    'invalid type: parameter messages is of type string but should be of type list',
  ],
  [
    'too many requests',
    429,
    'rate-limited',
    'You are past the per minute request limit, please wait and try again later.',
  ],
  [
    'a trial key’s minute',
    429,
    'rate-limited',
    'You are using a Trial key, which is limited to 40 API calls / minute.',
  ],
  [
    'a trial key’s month',
    429,
    'quota-exhausted',
    'You are using a Trial key, which is limited to 1000 API calls / month.',
  ],
  ['an invalid token', 498, 'auth', 'invalid token'],
  ['a server error', 500, 'server-error', 'internal server error, this has been reported to our developers.'],
  ['overload', 503, 'overloaded', 'service unavailable'],
  ['a gateway timeout', 504, 'timeout', 'gateway timeout'],
];

export const COHERE_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, message]: (typeof SAMPLES)[number]): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ id: 'r1', message }) };
}
