import { namedRefusals } from '../server/named-refusals';
import type { Refusal } from '../server/vendor-wire';

/** developers.deepgram.com/reference/errors */
export const deepgramRefusal = namedRefusals(
  'Deepgram',
  {
    400: 'Bad Request',
    401: 'INVALID_AUTH',
    402: 'ASR_PAYMENT_REQUIRED',
    403: 'INSUFFICIENT_PERMISSIONS',
    413: 'PAYLOAD_TOO_LARGE',
    429: 'TOO_MANY_REQUESTS',
  },
  'INTERNAL_SERVER_ERROR',
);

export function badRequest(message: string): Refusal {
  return { ...deepgramRefusal(400), message };
}

/** A bearer token is a short-lived one at Deepgram; keys come as `Token`. */
export function refuseDeepgramCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  const isKnown = scheme?.toLowerCase() === 'token' || scheme?.toLowerCase() === 'bearer';
  if (isKnown && key && key !== 'invalid-key') return null;
  return { ...deepgramRefusal(401), message: 'Invalid credentials.' };
}

export function deepgramErrorDocument({ code, message }: Refusal, requestId: string): unknown {
  return { err_code: code, err_msg: message, request_id: requestId };
}
