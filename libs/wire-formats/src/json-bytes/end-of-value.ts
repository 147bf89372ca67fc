const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

const STRETCH_BYTES = 32;

/** Everything here walks JSON that `JSON.parse` has already accepted, so the grammar is not checked again. */

export function skipWhitespace(json: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = json[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/**
 * `from` is the opening quote → one past the closing quote.
 *
 * Bytes are read one by one for a stretch and then memchr looks for the next quote: short strings and text full of
 * escaped quotes (code) would pay for starting a native search at every turn, long prose would pay per byte.
 */
export function endOfString(json: Buffer, from: number): number {
  let at = from + 1;
  while (at < json.length) {
    const stretchEnd = Math.min(json.length, at + STRETCH_BYTES);
    while (at < stretchEnd) {
      const byte = json[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = json.indexOf(QUOTE, at);
    if (quote === -1) break;
    if (!isEscaped(json, quote, at)) return quote + 1;
    at = quote + 1;
  }
  return json.length;
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

/** A quote is part of the string when an odd number of backslashes stands before it; none from before `from` counts. */
function isEscaped(json: Buffer, quote: number, from: number): boolean {
  let at = quote;
  while (at > from && json[at - 1] === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 1;
}

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= 0x20;
}
