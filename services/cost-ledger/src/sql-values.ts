/** PostgreSQL text cannot hold U+0000; a client that puts one into a model name must not stop the books. */
export function sqlText(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

/** Null for absent and empty: the tables have no empty names. */
export function sqlOptionalText(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : sqlText(value);
}

/** `unixMs` must be between 1970 and 9999. */
export function sqlTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

// JSON.stringify writes half a surrogate pair as an escape; jsonb takes neither that nor U+0000. An escaped backslash
// is matched first, so that the text `\\u0000` (a backslash, then letters) stays as it is.
const NOT_IN_JSONB = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/gi;

/** JSON text for a jsonb column. Characters that jsonb cannot hold become U+FFFD. */
export function sqlJson(value: unknown): string | null {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined || text === 'null') return null;
  return text.replace(NOT_IN_JSONB, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
