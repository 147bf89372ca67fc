import { GatewayException } from '@gateway/domain';
import { isRecord } from '../is-record';
import { asBuffer } from '../json-bytes/as-buffer';
import { endOfValue, skipWhitespace } from '../json-bytes/end-of-value';
import { type ByteSpan, visitTopLevelMembers } from '../json-bytes/visit-top-level-members';

/** Where in a request's bytes the fields stand that the gateway writes over. */
export interface TopLevelSpans {
  /** The value of `model`, quotes included. */
  readonly model: ByteSpan;
  /** The value of `stream_options`, when the body has one. */
  readonly streamOptions?: ByteSpan;
}

const MODEL = Buffer.from('"model"');
const STREAM = Buffer.from('"stream"');
const STREAM_OPTIONS = Buffer.from('"stream_options"');
const ESCAPE = Buffer.from('\\u00');

/** Fields we act on. Said twice, we and the provider could each believe another one. */
const DECIDING_FIELDS: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options']);

/**
 * Finds the spans in the original bytes of a body whose parsed form is `parsed` (an object with a `model`).
 *
 * The fast way asks only how often the key's bytes, quotes included, occur. A quote inside a JSON string is always
 * preceded by a backslash, so the bytes `"model"` are always one whole string token, never part of another. The parsed
 * body has the key; it can be spelled in other bytes only with a `\u00XX` escape of one of its own letters; so if no such
 * escape is in the body and the token occurs once, that token is the top-level key. Everything else is walked.
 *
 * @throws GatewayException `invalid_request` when `model`, `stream` or `stream_options` stands twice at the top level.
 */
export function findTopLevelSpans(body: Uint8Array, parsed: unknown): TopLevelSpans {
  const json = asBuffer(body);
  return (isRecord(parsed) ? findByUniqueToken(json, parsed) : null) ?? findByWalking(json);
}

function findByUniqueToken(json: Buffer, parsed: Readonly<Record<string, unknown>>): TopLevelSpans | null {
  const model = onlyValueOf(json, MODEL, parsed.model !== undefined);
  if (model === null || model === 'absent') return null;
  const streamOptions = onlyValueOf(json, STREAM_OPTIONS, parsed.stream_options !== undefined);
  if (streamOptions === null) return null;
  if (onlyValueOf(json, STREAM, parsed.stream !== undefined) === null) return null;
  if (hasEscapedKeyLetter(json)) return null;
  return streamOptions === 'absent' ? { model } : { model, streamOptions };
}

/** Null when the token is not proof: it occurs more than once, or once while the parsed body has no such key. */
function onlyValueOf(json: Buffer, key: Buffer, isPresent: boolean): ByteSpan | 'absent' | null {
  const at = json.indexOf(key);
  if (at === -1) return isPresent ? null : 'absent';
  if (!isPresent) return 'absent';
  if (json.indexOf(key, at + key.length) !== -1) return null;
  const valueStart = skipWhitespace(json, skipWhitespace(json, at + key.length) + 1);
  return [valueStart, endOfValue(json, valueStart)];
}

/** The letters of the deciding fields, and `_`, all lie in U+005F and U+0060–U+007F. */
function hasEscapedKeyLetter(json: Buffer): boolean {
  let at = json.indexOf(ESCAPE);
  while (at !== -1) {
    const digit = json[at + ESCAPE.length]!;
    if (digit >= 0x35 && digit <= 0x37) return true;
    at = json.indexOf(ESCAPE, at + ESCAPE.length);
  }
  return false;
}

function findByWalking(json: Buffer): TopLevelSpans {
  const spans = new Map<string, ByteSpan>();
  visitTopLevelMembers(json, (key, value) => {
    if (!DECIDING_FIELDS.has(key)) return;
    if (spans.has(key)) throw invalidRequest(`the field \`${key}\` is given twice; give it once`, key);
    spans.set(key, value);
  });
  const model = spans.get('model');
  if (model === undefined) throw invalidRequest('the field `model` is missing', 'model');
  const streamOptions = spans.get('stream_options');
  return streamOptions === undefined ? { model } : { model, streamOptions };
}

function invalidRequest(message: string, param: string): GatewayException {
  return new GatewayException({ code: 'invalid_request', message, param });
}
