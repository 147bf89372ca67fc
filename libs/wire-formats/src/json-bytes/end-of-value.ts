const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Walks JSON that `JSON.parse` has already accepted, so nothing here checks the grammar again. */

export function skipWhitespace(json: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = json[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/** `from` is the opening quote → one past the closing quote. Long strings are crossed by memchr. */
export function endOfString(json: Buffer, from: number): number {
  let quote = json.indexOf(QUOTE, from + 1);
  while (quote !== -1 && isEscaped(json, quote, from)) quote = json.indexOf(QUOTE, quote + 1);
  return quote === -1 ? json.length : quote + 1;
}

/** `from` is the first byte of a value → one past its last byte. */
export function endOfValue(json: Buffer, from: number): number {
  const first = json[from];
  if (first === QUOTE) return endOfString(json, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(json, from);
  let at = from;
  while (at < json.length && !endsScalar(json[at]!)) at += 1;
  return at;
}

function endOfContainer(json: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      continue;
    }
    at += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return at;
}

/** A quote is part of the string when an odd number of backslashes stands before it. */
function isEscaped(json: Buffer, quote: number, stringStart: number): boolean {
  let at = quote - 1;
  while (at > stringStart && json[at] === BACKSLASH) at -= 1;
  return (quote - 1 - at) % 2 === 1;
}

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= 0x20;
}
