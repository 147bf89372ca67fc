import type { Refusal } from '../server/vendor-wire';

/** Sentences of the API's page on errors, for statuses that have one. */
const MESSAGE_OF_STATUS: Readonly<Record<number, string>> = {
  401: 'invalid api token',
  402: 'Please add or update your payment method at https://dashboard.cohere.com/billing',
  429: 'You are past the per minute request limit, please wait and try again later.',
  503: 'the service is unavailable',
};

/** Errors of this API have a sentence and nothing else; `code` becomes part of it, for whoever must tell them apart. */
export function cohereRefusal(status: number, code?: string): Refusal {
  const message = MESSAGE_OF_STATUS[status] ?? `the emulated Cohere answers ${status}`;
  return { status, type: '', code: null, message: code === undefined ? message : `${message} (${code})`, param: null };
}

export function invalidRequest(message: string): Refusal {
  return { ...cohereRefusal(400), message: `invalid request: ${message}` };
}

export function refuseCohereCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || !key) return { ...cohereRefusal(401), message: 'no api key supplied' };
  return key === 'invalid-key' ? cohereRefusal(401) : null;
}

export function cohereErrorDocument({ message }: Refusal, requestId: string): unknown {
  return { id: requestId, message };
}
