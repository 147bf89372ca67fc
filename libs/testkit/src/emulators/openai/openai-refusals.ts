import type { Refusal } from '../server/vendor-wire';

const TYPE_OF_STATUS: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'unsupported_country_region_territory'],
  404: ['invalid_request_error', 'model_not_found'],
  413: ['invalid_request_error', 'request_too_large'],
  422: ['invalid_request_error', null],
  429: ['requests', 'rate_limit_exceeded'],
  503: ['server_error', 'service_unavailable'],
};

/** The error OpenAI documents for a status; `code` replaces its code, and for `insufficient_quota` also the type. */
export function openAiRefusal(status: number, code?: string): Refusal {
  const [type, usualCode] = TYPE_OF_STATUS[status] ?? [status >= 500 ? 'server_error' : 'invalid_request_error', null];
  return {
    status,
    type: code === 'insufficient_quota' ? code : type,
    code: code ?? usualCode,
    message: `the emulated OpenAI answers ${status}${code ? ` (${code})` : ''}`,
    param: null,
  };
}

export function invalidField(message: string, param: string | null, code: string | null = null): Refusal {
  return { status: 400, type: 'invalid_request_error', code, message, param };
}

/** A missing key has no code, a wrong one is `invalid_api_key`: the vendor tells them apart. */
export function refuseOpenAiCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || !key) {
    return { ...openAiRefusal(401), code: null, message: 'no API key was given: send "Authorization: Bearer KEY"' };
  }
  return key === 'invalid-key' ? { ...openAiRefusal(401), message: 'the API key is not valid: invalid-key' } : null;
}

export function openAiErrorDocument({ message, type, param, code }: Refusal): unknown {
  return { error: { message, type, param, code } };
}
