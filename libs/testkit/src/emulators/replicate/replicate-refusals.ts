import type { Refusal } from '../server/vendor-wire';

const WORDS: Readonly<Record<number, readonly [title: string, detail: string]>> = {
  401: ['Unauthenticated', 'You did not pass a valid authentication token'],
  402: ['Insufficient credit', 'You have insufficient credit to run this model.'],
  404: ['Not found', 'The requested resource could not be found.'],
  422: ['Input validation failed', 'the input is not what the model takes'],
  429: ['Too many requests', 'Request was throttled. Expected available in 1 second.'],
  503: ['Service unavailable', 'Service temporarily unavailable'],
};

/** The title stands in `type`. */
export function replicateRefusal(status: number, code?: string): Refusal {
  const [title, detail] = WORDS[status] ?? ['Error', `the emulated Replicate answers ${status}`];
  return { status, type: title, code: null, message: code ? `${detail} (${code})` : detail, param: null };
}

export function invalidInput(reason: string): Refusal {
  return { ...replicateRefusal(422), message: `- input: ${reason}` };
}

export function replicateErrorDocument({ status, type, message }: Refusal): unknown {
  return { title: type, detail: message, status };
}
