import { type FirstIssue, firstIssue } from '../server/first-issue';
import type { Refusal } from '../server/vendor-wire';
import type { IamTokens } from './iam-tokens';

type ZodError = Parameters<typeof firstIssue>[0];

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_entity',
  401: 'authentication_token_not_valid',
  403: 'user_authorization_failed',
  404: 'model_not_supported',
  429: 'rate_limit_reached_requests',
  503: 'service_unavailable',
};

export function watsonxRefusal(status: number, code?: string): Refusal {
  const usual = CODE_OF_STATUS[status] ?? 'downstream_request_failed';
  const message = `the emulated watsonx.ai answers ${status}${code ? ` (${code})` : ''}`;
  return { status, type: '', code: code ?? usual, message, param: null };
}

export function invalidDocument(reason: string): Refusal {
  return { ...watsonxRefusal(400, 'json_validation_error'), message: `Json document validation error: ${reason}` };
}

export function invalidBody(error: ZodError): Refusal {
  const { path, message }: FirstIssue = firstIssue(error);
  return invalidDocument(`${path}: ${message}`);
}

/** `Authorization: Bearer` with a token of IAM's, or `ZenApiKey` with a key of Cloud Pak for Data. */
export function refuseWatsonxCaller(headers: Readonly<Record<string, string>>, tokens: IamTokens): Refusal | null {
  const [scheme, secret = ''] = (headers.authorization ?? '').split(' ', 2);
  if (scheme === 'ZenApiKey' && secret !== '' && secret !== 'invalid-key') return null;
  if (scheme === 'Bearer' && secret !== '' && tokens.isGood(secret)) return null;
  return {
    ...watsonxRefusal(401, 'authentication_token_expired'),
    message: 'Failed to authenticate the request due to an expired token',
  };
}

export function watsonxErrorDocument({ status, code, message }: Refusal, trace: string): unknown {
  const more_info = 'https://cloud.ibm.com/apidocs/watsonx-ai';
  return { errors: [{ code, message, more_info }], trace, status_code: status };
}
