/** `absent`: there is no such secret. `refused`: we may not read it. `unreachable`: nobody answered, or not sensibly. */
export type SecretReadFault = 'absent' | 'refused' | 'unreachable' | 'unusable';

/** Why a secret could not be read. The message goes to logs and people: it never quotes an answer. */
export class SecretReadError extends Error {
  override readonly name = 'SecretReadError';

  constructor(
    readonly fault: SecretReadFault,
    message: string,
  ) {
    super(message);
  }
}

/** What to make of an answer of a manager that is not 200. */
export function faultOfStatus(status: number, from: string): SecretReadError {
  if (status === 404) return new SecretReadError('absent', `${from} has no such secret`);
  if (status === 401 || status === 403)
    return new SecretReadError('refused', `${from} does not let us read it (${status})`);
  return new SecretReadError('unreachable', `${from} answered ${status}`);
}
