import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** Error documents of google.rpc.Status, as the Gemini API writes them. */
type GeminiSample = readonly [
  name: string,
  status: number,
  failureClass: FailureClass,
  error: { readonly status: string; readonly message: string; readonly details?: readonly unknown[] },
  more?: Partial<ErrorSample>,
];

const RPC = 'type.googleapis.com/google.rpc';
const QUOTA_TEXT = 'You exceeded your current quota, please check your plan and billing details.';
const quotaFailure = (quotaId: string) => ({ '@type': `${RPC}.QuotaFailure`, violations: [{ quotaId }] });

const SAMPLES: readonly GeminiSample[] = [
  [
    'a wrong field',
    400,
    'bad-request',
    {
      status: 'INVALID_ARGUMENT',
      message: 'Invalid JSON payload received. Unknown name "x" at \'generation_config\': Cannot find field.',
      details: [{ '@type': `${RPC}.BadRequest`, fieldViolations: [{ field: 'generation_config', description: 'x' }] }],
    },
    { providerCode: 'INVALID_ARGUMENT', param: 'generation_config' },
  ],
  [
    'a wrong key',
    400,
    'auth',
    {
      status: 'INVALID_ARGUMENT',
      message: 'API key not valid. Please pass a valid API key.',
      details: [{ '@type': `${RPC}.ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' }],
    },
    { providerCode: 'API_KEY_INVALID' },
  ],
  [
    'an expired key, by its reason alone',
    400,
    'auth',
    {
      status: 'INVALID_ARGUMENT',
      message: 'Please renew.',
      details: [{ '@type': `${RPC}.ErrorInfo`, reason: 'API_KEY_EXPIRED' }],
    },
  ],
  [
    'a long prompt',
    400,
    'context-window',
    {
      status: 'INVALID_ARGUMENT',
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    },
  ],
  ['a blocked prompt', 400, 'content-filter', { status: 'INVALID_ARGUMENT', message: 'The prompt was blocked.' }],
  [
    'a closed region',
    400,
    'auth',
    { status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' },
    { providerCode: 'FAILED_PRECONDITION' },
  ],
  ['no key', 403, 'auth', { status: 'PERMISSION_DENIED', message: "Method doesn't allow unregistered callers" }],
  ['an unknown model', 404, 'model-not-found', { status: 'NOT_FOUND', message: 'models/nope is not found' }],
  [
    'a limit per minute, in words of an empty purse',
    429,
    'rate-limited',
    {
      status: 'RESOURCE_EXHAUSTED',
      message: QUOTA_TEXT,
      details: [
        quotaFailure('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
        { '@type': `${RPC}.RetryInfo`, retryDelay: '34.07s' },
      ],
    },
    { providerCode: 'RESOURCE_EXHAUSTED', retryAfterMs: 34_070 },
  ],
  [
    'a limit per day',
    429,
    'quota-exhausted',
    {
      status: 'RESOURCE_EXHAUSTED',
      message: QUOTA_TEXT,
      details: [quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier')],
    },
  ],
  ['no details', 429, 'rate-limited', { status: 'RESOURCE_EXHAUSTED', message: 'Resource has been exhausted' }],
  ['a server error', 500, 'server-error', { status: 'INTERNAL', message: 'An internal error has occurred.' }],
  ['overload', 503, 'overloaded', { status: 'UNAVAILABLE', message: 'The model is overloaded.' }],
  ['too slow', 504, 'timeout', { status: 'DEADLINE_EXCEEDED', message: 'Deadline expired before completion.' }],
];

export const GEMINI_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, error, more]: GeminiSample): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ error: { code: status, ...error } }), ...more };
}
