import { endOfString, endOfValue, skipWhitespace } from './end-of-value';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** [start, end) of a value inside JSON bytes. */
export type ByteSpan = readonly [start: number, end: number];

/**
 * Calls `visit` for each member of the outermost object, in order, with the key as it reads after unescaping. Nested
 * values are stepped over. The bytes must be an object that `JSON.parse` accepts. Time is linear in the bytes.
 */
export function visitTopLevelMembers(
  json: Buffer,
  visit: (key: string, value: ByteSpan, keyStart: number) => void,
): void {
  let at = skipWhitespace(json, 0);
  if (json[at] !== OPEN_BRACE) return;
  at = skipWhitespace(json, at + 1);
  while (at < json.length && json[at] !== CLOSE_BRACE) {
    const keyEnd = endOfString(json, at);
    const key = readKey(json, at, keyEnd);
    const valueStart = skipWhitespace(json, skipWhitespace(json, keyEnd) + 1);
    const valueEnd = endOfValue(json, valueStart);
    visit(key, [valueStart, valueEnd], at);
    at = skipWhitespace(json, valueEnd);
    if (json[at] === COMMA) at = skipWhitespace(json, at + 1);
  }
}

/** `"\u006dodel"` is the key `model` too, so a key with an escape is read the way `JSON.parse` does. */
function readKey(json: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    if (json[at] === BACKSLASH) return JSON.parse(json.toString('utf8', start, end)) as string;
  }
  return json.toString('latin1', start + 1, end - 1);
}
