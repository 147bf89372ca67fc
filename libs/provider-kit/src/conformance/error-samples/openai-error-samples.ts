import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** `[name, status, class, error object]` of OpenAI's layout. */
type OpenAiSample = readonly [string, number, FailureClass, Readonly<Record<string, unknown>>];

const SAMPLES: readonly OpenAiSample[] = [
  ['a wrong field', 400, 'bad-request', { message: 'Invalid type for x', type: 'invalid_request_error', param: 'x' }],
  ['a long prompt', 400, 'context-window', { message: 'too long', code: 'context_length_exceeded', param: 'messages' }],
  [
    'a long prompt, vLLM',
    400,
    'context-window',
    { message: "This model's maximum context length is 8192 tokens.", code: 400 },
  ],
  ['a long prompt, xAI', 400, 'context-window', { message: "This model's maximum prompt length is 131072 but …" }],
  ['a filtered prompt, Azure', 400, 'content-filter', { message: 'The response was filtered', code: 'content_filter' }],
  ['a refused image prompt', 400, 'content-filter', { message: 'no', code: 'content_policy_violation' }],
  ['a flagged prompt', 400, 'content-filter', { message: 'Invalid prompt: flagged', code: 'invalid_prompt' }],
  ['a wrong key', 401, 'auth', { message: 'Incorrect API key provided', code: 'invalid_api_key' }],
  ['a wrong key, Google', 400, 'auth', { message: 'API key not valid. Please pass a valid API key.' }],
  ['no money, DeepSeek', 402, 'quota-exhausted', { message: 'Insufficient Balance', code: 'invalid_request_error' }],
  ['a closed region', 403, 'auth', { message: 'Country not supported', code: 'unsupported_country_region_territory' }],
  [
    'a model not ours',
    403,
    'model-not-found',
    { message: 'Project p does not have access to model m', code: 'model_not_found' },
  ],
  ['an unknown model', 404, 'model-not-found', { message: 'The model `m` does not exist', code: 'model_not_found' }],
  ['an unknown model, OpenRouter', 400, 'model-not-found', { message: 'x/y is not a valid model ID', code: 400 }],
  ['a retired model, Groq', 400, 'model-not-found', { message: 'The model was retired', code: 'model_decommissioned' }],
  ['a slow upload', 408, 'timeout', { message: 'Request timeout' }],
  ['a body too large', 413, 'context-window', { message: 'Request Entity Too Large' }],
  [
    'a request above the limit, Groq',
    413,
    'context-window',
    { message: 'Request too large for model m', code: 'rate_limit_exceeded' },
  ],
  [
    'a request above the limit',
    429,
    'context-window',
    { message: 'Request too large for gpt-5 on tokens per min', code: 'rate_limit_exceeded' },
  ],
  ['unprocessable', 422, 'bad-request', { message: 'Input should be a valid list' }],
  [
    'too many requests',
    429,
    'rate-limited',
    { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' },
  ],
  ['no quota', 429, 'quota-exhausted', { message: 'Check your plan', code: 'insufficient_quota' }],
  ['no money, Z.AI', 429, 'quota-exhausted', { message: 'Insufficient balance or no resource package.', code: '1113' }],
  ['an engine at its limit, Moonshot', 429, 'overloaded', { message: 'busy', type: 'engine_overloaded_error' }],
  ['a server error', 500, 'server-error', { message: 'The server had an error', type: 'server_error' }],
  ['a bad gateway', 502, 'server-error', { message: 'Bad gateway' }],
  ['overload', 503, 'overloaded', { message: 'The engine is currently overloaded' }],
  ['a gateway timeout', 504, 'timeout', { message: 'upstream timed out' }],
];

export const OPENAI_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, error]: OpenAiSample): ErrorSample {
  return {
    name,
    status,
    class: failureClass,
    body: JSON.stringify({ error }),
    ...(typeof error.code === 'string' && { providerCode: error.code }),
    ...(typeof error.param === 'string' && { param: error.param }),
  };
}
