/** Thrown, without a stack, where a text is not plain. */
export const NOT_PLAIN: unique symbol = Symbol('not plain YAML');

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['null', 'Null', 'NULL', '~'].map((word): [string, null] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, boolean] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, boolean] => [word, false]),
]);

const PLAIN_START = /^[A-Za-z0-9_./~+-]/;
const SIMPLE_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
/** Anything that a YAML reader could take for a number. */
const NUMBER_LIKE = /^[-+]?(?:\.?\d[\d_.]*(?:[eE][-+]?\d*)?|0[xo][\da-fA-F]*|\.(?:inf|nan))$/i;

/** A scalar without quotes, with what may stand behind it. @throws NOT_PLAIN */
export function plainScalar(content: string): string | number | boolean | null {
  const comment = content.indexOf(' #');
  const text = comment < 0 ? content : content.slice(0, comment).trimEnd();
  if (!PLAIN_START.test(text) || /^-(?: |$)/.test(text) || text.includes(': ') || text.endsWith(':')) throw NOT_PLAIN;
  return resolved(text);
}

/** What a scalar without quotes means in YAML 1.2. @throws NOT_PLAIN where that is not beyond doubt */
export function resolved(text: string): string | number | boolean | null {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (SIMPLE_NUMBER.test(text)) {
    const number = Number(text);
    // -0 has two spellings.
    if (number === 0 && text !== '0') throw NOT_PLAIN;
    return number;
  }
  if (NUMBER_LIKE.test(text)) throw NOT_PLAIN;
  return text;
}

const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*)?$/;

/** A scalar in quotes without escapes, that ends on its line. @throws NOT_PLAIN */
export function quotedScalar(content: string): string {
  const match = QUOTED.exec(content);
  const text = match?.[1] ?? match?.[2];
  if (text === undefined) throw NOT_PLAIN;
  return text;
}
