import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** `[name, status, class, x-amzn-errortype, message]` of AWS's REST-JSON protocol. */
const SAMPLES: readonly (readonly [string, number, FailureClass, string, string])[] = [
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

export const BEDROCK_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, type, message]: (typeof SAMPLES)[number]): ErrorSample {
  const headers = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
  return { name, status, headers, class: failureClass, body: JSON.stringify({ message }), providerCode: type };
}
