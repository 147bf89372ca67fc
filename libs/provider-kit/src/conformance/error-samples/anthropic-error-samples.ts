import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** `[name, status, class, type, message]` of Anthropic's layout. */
const SAMPLES: readonly (readonly [string, number, FailureClass, string, string])[] = [
  ['a wrong field', 400, 'bad-request', 'invalid_request_error', 'messages.0.role: Input should be user or assistant'],
  [
    'a long prompt',
    400,
    'context-window',
    'invalid_request_error',
    'prompt is too long: 205000 tokens > 200000 maximum',
  ],
  [
    'prompt and limit too long',
    400,
    'context-window',
    'invalid_request_error',
    'input length and `max_tokens` exceed context limit: 195000 + 21333 > 200000',
  ],
  [
    'no credit',
    400,
    'quota-exhausted',
    'invalid_request_error',
    'Your credit balance is too low to access the Anthropic API.',
  ],
  [
    'a spending limit',
    400,
    'quota-exhausted',
    'invalid_request_error',
    'You have reached your specified API usage limits.',
  ],
  ['a filtered answer', 400, 'content-filter', 'invalid_request_error', 'Output blocked by content filtering policy'],
  ['a wrong key', 401, 'auth', 'authentication_error', 'invalid x-api-key'],
  ['an unpaid bill', 402, 'quota-exhausted', 'billing_error', 'There is an issue with your billing'],
  ['no permission', 403, 'auth', 'permission_error', 'Your API key does not have permission'],
  ['an unknown model', 404, 'model-not-found', 'not_found_error', 'model: claude-nope'],
  ['a body too large', 413, 'context-window', 'request_too_large', 'Request exceeds the maximum size'],
  [
    'too many requests',
    429,
    'rate-limited',
    'rate_limit_error',
    "This request would exceed your account's rate limit.",
  ],
  [
    'long context not bought',
    429,
    'quota-exhausted',
    'rate_limit_error',
    'Extra usage is required for long context requests.',
  ],
  ['a server error', 500, 'server-error', 'api_error', 'Internal server error'],
  ['a gateway timeout', 504, 'timeout', 'timeout_error', 'Request timed out'],
  ['overload', 529, 'overloaded', 'overloaded_error', 'Overloaded'],
  ['overload, behind a proxy that hides the status', 500, 'overloaded', 'overloaded_error', 'Overloaded'],
];

export const ANTHROPIC_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, type, message]: (typeof SAMPLES)[number]): ErrorSample {
  const body = JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });
  return { name, status, class: failureClass, body, providerCode: type };
}
