import type { ChatWire, FailureClass } from '@gateway/domain';

/** An error document as providers of the wire send it, and what it means. */
export interface ErrorSample {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly class: FailureClass;
  readonly providerCode?: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
}

/** `[name, status, class, error object]` of OpenAI's layout. */
type OpenAiSample = readonly [string, number, FailureClass, Readonly<Record<string, unknown>>];

const OPENAI: readonly OpenAiSample[] = [
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

/** `[name, status, class, type, message]` of Anthropic's layout. */
const ANTHROPIC: readonly (readonly [string, number, FailureClass, string, string])[] = [
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

const GEMINI: readonly GeminiSample[] = [
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

/** Ollama's errors are one sentence. */
type OllamaSample = readonly [name: string, status: number, failureClass: FailureClass, error: string];

const OLLAMA: readonly OllamaSample[] = [
  ['a wrong field', 400, 'bad-request', 'json: cannot unmarshal string into Go struct field ChatRequest.messages'],
  ['a model without tools', 400, 'bad-request', 'registry.ollama.ai/library/codellama:latest does not support tools'],
  ['a model without thoughts', 400, 'bad-request', '"llama3" does not support thinking'],
  ['a long text to embed', 400, 'context-window', 'the input length exceeds the context length'],
  ['a wrong key (of its cloud)', 401, 'auth', 'unauthorized'],
  ['an unknown model', 404, 'model-not-found', "model 'nope' not found"],
  ['too many requests (of its cloud)', 429, 'rate-limited', 'too many requests'],
  ['too little memory', 500, 'server-error', 'model requires more system memory (8.4 GiB) than is available (4.1 GiB)'],
  ['a full queue', 503, 'overloaded', 'server busy, please try again.  maximum pending requests exceeded'],
];

/** Cohere's errors are a sentence: `[name, status, class, message]`. Sentences of its page on errors. */
const COHERE: readonly (readonly [string, number, FailureClass, string])[] = [
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

/** What stands in front of providers answers in its own way, whatever the wire. */
const ANY_WIRE: readonly ErrorSample[] = [
  { name: 'a page of HTML', status: 502, body: '<html><h1>Bad Gateway</h1></html>', class: 'server-error' },
  { name: 'plain text', status: 503, body: 'no healthy upstream', class: 'overloaded' },
  { name: 'a bare 529', status: 529, body: '', class: 'overloaded' },
  { name: 'nothing', status: 500, body: '', class: 'server-error' },
  {
    name: 'a redirect',
    status: 301,
    headers: { location: 'https://elsewhere.example' },
    body: '',
    class: 'model-not-found',
  },
  { name: 'Cloudflare’s 524', status: 524, body: 'error code: 524', class: 'timeout' },
  {
    name: 'a wait in seconds',
    status: 429,
    headers: { 'retry-after': '7' },
    body: '{"error":{"message":"slow down"}}',
    class: 'rate-limited',
    retryAfterMs: 7000,
  },
];

/** `[name, status, class, x-amzn-errortype, message]` of AWS's REST-JSON protocol. */
const BEDROCK: readonly (readonly [string, number, FailureClass, string, string])[] = [
  ['a wrong field', 400, 'bad-request', 'ValidationException', 'messages: at least one message is required'],
  ['a long prompt', 400, 'context-window', 'ValidationException', 'Input is too long for requested model.'],
  [
    'a long prompt, Anthropic',
    400,
    'context-window',
    'ValidationException',
    'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
  ],
  ['a model that is none', 400, 'model-not-found', 'ValidationException', 'The provided model identifier is invalid.'],
  [
    'a model that needs a profile',
    400,
    'model-not-found',
    'ValidationException',
    'Invocation of model ID m with on-demand throughput isn’t supported.',
  ],
  ['a quota used up', 400, 'quota-exhausted', 'ServiceQuotaExceededException', 'You have exceeded your service quota.'],
  [
    'a model not ours',
    403,
    'model-not-found',
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
  ],
  ['a role without the right', 403, 'auth', 'AccessDeniedException', 'User is not authorized to perform this action'],
  ['a wrong secret', 403, 'auth', 'InvalidSignatureException', 'The request signature we calculated does not match'],
  ['a wrong key', 403, 'auth', 'UnrecognizedClientException', 'The security token included is invalid.'],
  ['a session that ended', 403, 'auth', 'ExpiredTokenException', 'The security token included is expired'],
  ['an unknown model', 404, 'model-not-found', 'ResourceNotFoundException', 'The resource was not found.'],
  ['a model too slow', 408, 'timeout', 'ModelTimeoutException', 'The model took too long.'],
  ['a model that failed', 424, 'server-error', 'ModelErrorException', 'The model failed.'],
  ['too many requests', 429, 'rate-limited', 'ThrottlingException', 'Too many requests, please wait.'],
  ['no tokens today', 429, 'quota-exhausted', 'ThrottlingException', 'Too many tokens per day, please wait.'],
  ['a model not there yet', 429, 'overloaded', 'ModelNotReadyException', 'The model is being loaded.'],
  ['a fault of theirs', 500, 'server-error', 'InternalServerException', 'Unexpected error'],
  ['no capacity', 503, 'overloaded', 'ServiceUnavailableException', 'Bedrock is unable to process your request.'],
];

/** `[name, status, class, code, message]` of watsonx.ai's layout. */
const WATSONX: readonly (readonly [string, number, FailureClass, string, string])[] = [
  ['a wrong field', 400, 'bad-request', 'json_validation_error', 'Json document validation error: temperature'],
  ['a wrong value', 400, 'bad-request', 'invalid_input_argument', 'Invalid input argument for Model'],
  ['a body that is none', 400, 'bad-request', 'invalid_request_entity', 'Missing either space_id or project_id'],
  [
    'a long prompt',
    400,
    'context-window',
    'invalid_input_argument',
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
  ],
  ['a token that ended', 401, 'auth', 'authentication_token_expired', 'Failed to authenticate the request'],
  ['a project not ours', 403, 'auth', 'user_authorization_failed', 'User is not a member of the project'],
  ['a refused caller', 403, 'auth', 'authorization_rejected', 'Access denied'],
  ['no tokens this month', 403, 'quota-exhausted', 'token_quota_reached', 'The monthly quota has been reached'],
  ['an unknown model', 404, 'model-not-found', 'model_not_supported', "Model 'm' is not supported"],
  ['a model that cannot chat', 400, 'model-not-found', 'model_no_support_for_function', 'does not support text_chat'],
  ['too many requests', 429, 'rate-limited', 'rate_limit_reached_requests', 'Too many requests'],
  ['a server error', 500, 'server-error', 'downstream_request_failed', 'Downstream vllm request failed'],
  ['overload', 503, 'overloaded', 'service_unavailable', 'The service is temporarily unavailable'],
];

/** `[name, status, class, title, detail]` of Replicate's layout. */
const REPLICATE: readonly (readonly [string, number, FailureClass, string, string])[] = [
  ['a wrong input', 422, 'bad-request', 'Input validation failed', '- input: prompt is required'],
  ['a wrong key', 401, 'auth', 'Unauthenticated', 'You did not pass a valid authentication token'],
  ['an unpaid bill', 402, 'quota-exhausted', 'Insufficient credit', 'You have insufficient credit to run this model.'],
  ['a model not ours', 403, 'auth', 'Forbidden', 'You do not have permission to perform this action.'],
  ['an unknown model', 404, 'model-not-found', 'Not found', 'The requested resource could not be found.'],
  ['too many requests', 429, 'rate-limited', 'Too many requests', 'Request was throttled. Expected in 1 second.'],
  ['a server error', 500, 'server-error', 'Internal error', 'Internal server error'],
  ['overload', 503, 'overloaded', 'Service unavailable', 'Service temporarily unavailable'],
];

export const ERROR_SAMPLES: Readonly<Record<ChatWire, readonly ErrorSample[]>> = {
  'openai-chat': [...OPENAI.map(openAiSample), ...ANY_WIRE],
  'openai-responses': [...OPENAI.map(openAiSample), ...ANY_WIRE],
  'anthropic-messages': [...ANTHROPIC.map(anthropicSample), ...ANY_WIRE],
  'gemini-generate': [...GEMINI.map(geminiSample), ...ANY_WIRE],
  'ollama-chat': [...OLLAMA.map(ollamaSample), ...ANY_WIRE],
  'cohere-chat': [...COHERE.map(cohereSample), ...ANY_WIRE],
  'bedrock-converse': [...BEDROCK.map(bedrockSample), ...ANY_WIRE],
  'bedrock-invoke': [...BEDROCK.map(bedrockSample), ...ANY_WIRE],
  'watsonx-chat': [...WATSONX.map(watsonxSample), ...ANY_WIRE],
  'replicate-predictions': [...REPLICATE.map(replicateSample), ...ANY_WIRE],
};

function openAiSample([name, status, failureClass, error]: OpenAiSample): ErrorSample {
  return {
    name,
    status,
    class: failureClass,
    body: JSON.stringify({ error }),
    ...(typeof error.code === 'string' && { providerCode: error.code }),
    ...(typeof error.param === 'string' && { param: error.param }),
  };
}

function anthropicSample([name, status, failureClass, type, message]: (typeof ANTHROPIC)[number]): ErrorSample {
  const body = JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });
  return { name, status, class: failureClass, body, providerCode: type };
}

function geminiSample([name, status, failureClass, error, more]: GeminiSample): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ error: { code: status, ...error } }), ...more };
}

function ollamaSample([name, status, failureClass, error]: OllamaSample): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ error }) };
}

function cohereSample([name, status, failureClass, message]: (typeof COHERE)[number]): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ id: 'r1', message }) };
}

function bedrockSample([name, status, failureClass, type, message]: (typeof BEDROCK)[number]): ErrorSample {
  const headers = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
  return { name, status, headers, class: failureClass, body: JSON.stringify({ message }), providerCode: type };
}

function watsonxSample([name, status, failureClass, code, message]: (typeof WATSONX)[number]): ErrorSample {
  const body = JSON.stringify({ errors: [{ code, message }], trace: 'abc', status_code: status });
  return { name, status, class: failureClass, body, providerCode: code };
}

function replicateSample([name, status, failureClass, title, detail]: (typeof REPLICATE)[number]): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ title, detail, status }) };
}
