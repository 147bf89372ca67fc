/** PostgreSQL text cannot hold U+0000; a client that puts one into a model name must not stop the books. */
export function sqlText(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

/** The text that PostgreSQL gives back for this one: half a surrogate pair has no UTF-8 and becomes U+FFFD too. */
export function storedText(value: string): string {
  return Buffer.from(sqlText(value)).toString('utf8');
}

/** Null for absent and empty: the tables have no empty names. */
export function sqlOptionalText(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : sqlText(value);
}

let lastSecond = Number.NaN;
let lastSecondText = '';

/** ISO 8601. `unixMs` must be whole, between 1970 and 9999. Rows of a batch share a few seconds, so the last one is kept. */
export function sqlTime(unixMs: number): string {
  const second = Math.floor(unixMs / 1_000);
  if (second !== lastSecond) {
    lastSecondText = new Date(second * 1_000).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  const milliseconds = unixMs - second * 1_000;
  return `${lastSecondText}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
}

// JSON.stringify writes half a surrogate pair as an escape; jsonb takes neither that nor U+0000. An escaped backslash
// is matched first, so that the text `\\u0000` (a backslash, then letters) stays as it is.
const NOT_IN_JSONB = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/gi;

/** JSON text for a jsonb column. Characters that jsonb cannot hold become U+FFFD. */
export function sqlJson(value: unknown): string | null {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined || text === 'null') return null;
  if (!text.includes('\\')) return text;
  return text.replace(NOT_IN_JSONB, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
