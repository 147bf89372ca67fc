import type { Refusal } from '../server/vendor-wire';

const TYPE_OF_STATUS: Readonly<Record<number, readonly [type: string, code: string]>> = {
  400: ['invalid_request_error', '3001'],
  401: ['unauthorized', '1100'],
  404: ['invalid_model', '1500'],
  422: ['invalid_request_error', '3000'],
  429: ['rate_limited', '1300'],
  503: ['unreachable_backend', '3505'],
};

export function mistralRefusal(status: number, code?: string): Refusal {
  const [type, usualCode] = TYPE_OF_STATUS[status] ?? ['internal_server_error', '3000'];
  return {
    status,
    type: code ?? type,
    code: usualCode,
    message: `the emulated Mistral answers ${status} (${code ?? type})`,
    param: null,
  };
}

/** As FastAPI finds it: the place of the field, and what is wrong. */
export function invalidField(path: string, type: 'extra_forbidden' | 'value_error', message: string): Refusal {
  return { ...mistralRefusal(422), message, param: path, details: { type } };
}

export function refuseMistralCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer' && key && key !== 'invalid-key') return null;
  return { ...mistralRefusal(401), message: 'Unauthorized' };
}

export function mistralErrorDocument({ status, type, code, message, param, details }: Refusal): unknown {
  if (status === 401) return { detail: message };
  if (status !== 422 || param === null) return { object: 'error', message, type, param: null, code };
  const loc = ['body', ...param.split(/[.[\]]+/).filter((step) => step !== '')].map((step) =>
    /^\d+$/.test(step) ? Number(step) : step,
  );
  return {
    object: 'error',
    message: { detail: [{ type: details?.type, loc, msg: message, input: null }] },
    type,
    param: null,
    code: null,
  };
}
