import { isRecord } from '@gateway/domain';

const REASONS: Readonly<Record<number, string>> = {
  401: 'may not be read with these credentials',
  403: 'may not be read with these credentials',
  404: 'does not exist',
  429: 'is asked for too often',
};

/** Why a store did not give what it was asked for, for people. `code` is the store's own word for it. */
export function explainStatus(status: number, code = ''): string {
  const reason = REASONS[status] ?? (status >= 500 ? 'is not served at the moment' : 'cannot be read');
  return `${reason} (${[status, code].join(' ').trim()})`;
}

/** The same for what never came to a whole answer. Quotes names and codes only: messages may hold anything. */
export function explainError(error: unknown, timeoutMs: number): string {
  if (!isRecord(error)) return 'cannot be reached';
  if (/^(Abort|Timeout)Error$/.test(String(error.name))) return `did not answer within ${timeoutMs} ms`;
  return `cannot be reached (${codeOf(error) ?? codeOf(error.cause) ?? String(error.name)})`;
}

function codeOf(error: unknown): string | null {
  const code = isRecord(error) ? error.code : null;
  return typeof code === 'string' && /^\w+$/.test(code) ? code : null;
}
