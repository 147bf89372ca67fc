import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** `[name, status, class, code, message]` of watsonx.ai's layout. */
const SAMPLES: readonly (readonly [string, number, FailureClass, string, string])[] = [
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

export const WATSONX_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, code, message]: (typeof SAMPLES)[number]): ErrorSample {
  const body = JSON.stringify({ errors: [{ code, message }], trace: 'abc', status_code: status });
  return { name, status, class: failureClass, body, providerCode: code };
}
