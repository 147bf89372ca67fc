type Element = string | number | boolean | null;

/** What ends a quoted element before its time. */
const SPECIAL = /["\\]/g;

/**
 * The values as one PostgreSQL array in text form, for a parameter that is cast to an array type. The client library can
 * write arrays too, but asks of every value anew what it is.
 */
export function arrayLiteral<Row>(rows: readonly Row[], elementOf: (row: Row) => Element): string {
  let text = '{';
  for (let index = 0; index < rows.length; index += 1) {
    if (index > 0) text += ',';
    const value = elementOf(rows[index]!);
    if (typeof value === 'string') text += quoted(value);
    else text += value === null ? 'NULL' : value;
  }
  return `${text}}`;
}

/** Always in quotes: without them `null` and the empty text would be something else. */
function quoted(value: string): string {
  const isPlain = !value.includes('"') && !value.includes('\\');
  return isPlain ? `"${value}"` : `"${value.replace(SPECIAL, '\\$&')}"`;
}
