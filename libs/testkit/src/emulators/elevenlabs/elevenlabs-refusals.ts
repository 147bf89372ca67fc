import { namedRefusals } from '../server/named-refusals';
import type { Refusal } from '../server/vendor-wire';

/** Its help pages on error codes 400, 401 and 429. */
export const elevenlabsRefusal = namedRefusals(
  'ElevenLabs',
  {
    400: 'bad_request',
    401: 'invalid_api_key',
    404: 'not_found',
    429: 'too_many_concurrent_requests',
    503: 'system_busy',
  },
  'internal_error',
);

/** A field that is wrong has its path, as FastAPI writes it. */
export function invalidField(message: string, path: string): Refusal {
  return { ...elevenlabsRefusal(422), message, param: path };
}

export function refuseElevenlabsCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const key = headers['xi-api-key'];
  if (key === undefined || key === '')
    return {
      ...elevenlabsRefusal(401),
      code: 'needs_authorization',
      message: 'Neither authorization header nor xi-api-key received.',
    };
  return key === 'invalid-key' ? { ...elevenlabsRefusal(401), message: 'Invalid API key' } : null;
}

export function elevenlabsErrorDocument({ code, message, param }: Refusal): unknown {
  if (param !== null) return { detail: [{ loc: ['body', ...param.split('.')], msg: message, type: 'value_error' }] };
  return { detail: { status: code, message } };
}
