import type { Refusal } from '../server/vendor-wire';

/** ElevenLabs' names for errors, by status (its help pages on error codes 400, 401 and 429). */
const NAMES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'invalid_api_key',
  404: 'not_found',
  429: 'too_many_concurrent_requests',
  503: 'system_busy',
};

export function elevenlabsRefusal(status: number, code?: string): Refusal {
  return {
    status,
    type: '',
    code: code ?? NAMES[status] ?? 'internal_error',
    message: `the emulated ElevenLabs answers ${status}`,
    param: null,
  };
}

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
