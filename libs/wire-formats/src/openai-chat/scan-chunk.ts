const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_N = 0x6e;

const MODEL = Buffer.from('model');
const USAGE = Buffer.from('usage');
const ERROR = Buffer.from('error');
const CHOICES = Buffer.from('choices');
const FINISH_REASON = Buffer.from('finish_reason');
const TEXT = Buffer.from('text');
const CONTENT = Buffer.from('content');
const REFUSAL = Buffer.from('refusal');
const REASONING = Buffer.from('reasoning');
const REASONING_CONTENT = Buffer.from('reasoning_content');
const ARGUMENTS = Buffer.from('arguments');

/** Bytes that may stand outside strings: whitespace, punctuation, numbers, `true`, `false`, `null`. */
const OUTSIDE_STRINGS = new Uint8Array(256);
for (const byte of Buffer.from(' \t\r\n,:0123456789+-.eEtrufalsn')) OUTSIDE_STRINGS[byte] = 1;

/**
 * Reads one chunk's JSON in a single pass over its bytes, without building values. On a usual chunk of 330 bytes that
 * takes half of what decoding and `JSON.parse` take, and it yields what those do not: where the model's name stands. It
 * tracks strings and nesting, so text that merely looks like a key (`"model":"x"` written by the model is
 * `\"model\":\"x\"` in the bytes) cannot be taken for one, and nothing has to be assumed about key order, spacing or the
 * chunks before. Keys spelled with escapes are not recognised: no server writes them, and parsed chunks are cross-checked.
 *
 * One instance per stream; the fields hold the result of the last `scan`.
 */
export class ChunkScanner {
  /** The string value of the top-level `model`, quotes included; -1 when there is none. */
  modelStart = -1;
  modelEnd = -1;
  /** `usage`, anywhere, with a value other than null. */
  hasUsage = false;
  /** `finish_reason` with a value other than null and the empty string. */
  hasFinish = false;
  /** Top-level `error` with a value other than null. */
  hasError = false;
  /** Top-level `choices`. */
  hasChoices = false;
  /** A `content` that is a list. */
  hasContentList = false;
  /** Bytes of generated text, as escaped in JSON. */
  textBytes = 0;
  /** One past the object's last byte. */
  end = 0;

  private valueStart = 0;
  private isRegular = true;

  /**
   * `from` is the object's first byte. False when the bytes are not one JSON object as far as a scan can tell, or hold
   * what it does not judge (a model that is no string, two models): the caller must parse then.
   */
  scan(json: Uint8Array, from: number): boolean {
    this.reset();
    if (json[from] !== OPEN_BRACE) return false;
    let depth = 0;
    let at = from;
    let isText = false;
    while (at < json.length) {
      const byte = json[at]!;
      if (byte === QUOTE) {
        const end = endOfScannedString(json, at + 1);
        if (end === -1) return false;
        if (isText) this.textBytes += end - at - 1;
        isText = false;
        const next = skipSpaces(json, end + 1);
        if (json[next] === COLON) {
          this.valueStart = skipSpaces(json, next + 1);
          isText = this.onKey(json, at + 1, end, depth) && json[this.valueStart] === QUOTE;
          at = this.valueStart;
        } else at = next;
        continue;
      }
      at += 1;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) {
          this.end = at;
          return this.isRegular;
        }
      } else if (OUTSIDE_STRINGS[byte] !== 1) return false;
    }
    return false;
  }

  private reset(): void {
    this.modelStart = -1;
    this.modelEnd = -1;
    this.hasUsage = false;
    this.hasFinish = false;
    this.hasError = false;
    this.hasChoices = false;
    this.hasContentList = false;
    this.textBytes = 0;
    this.end = 0;
    this.isRegular = true;
  }

  /** Notes what the key says; true when its value, if a string, is generated text. Lengths rule most keys out at once. */
  private onKey(json: Uint8Array, start: number, end: number, depth: number): boolean {
    switch (end - start) {
      case 4:
        return equals(json, start, TEXT);
      case 5:
        if (depth === 1 && equals(json, start, MODEL)) this.onModel(json);
        else if (equals(json, start, USAGE)) this.hasUsage ||= json[this.valueStart] !== LETTER_N;
        else if (depth === 1 && equals(json, start, ERROR)) this.hasError ||= json[this.valueStart] !== LETTER_N;
        return false;
      case 7:
        if (depth === 1 && equals(json, start, CHOICES)) this.hasChoices = true;
        if (!equals(json, start, CONTENT)) return equals(json, start, REFUSAL);
        if (json[this.valueStart] === OPEN_BRACKET) this.hasContentList = true;
        return true;
      case 9:
        return equals(json, start, ARGUMENTS) || equals(json, start, REASONING);
      case 13:
        if (equals(json, start, FINISH_REASON)) this.hasFinish ||= isWord(json, this.valueStart);
        return false;
      case 17:
        return equals(json, start, REASONING_CONTENT);
      default:
        return false;
    }
  }

  private onModel(json: Uint8Array): void {
    const end = json[this.valueStart] === QUOTE ? endOfScannedString(json, this.valueStart + 1) : -1;
    if (end === -1 || this.modelStart !== -1) this.isRegular = false;
    this.modelStart = this.valueStart;
    this.modelEnd = end + 1;
  }
}

/** `from` is the first byte inside → the closing quote, or -1 when unterminated or broken by a control character. */
function endOfScannedString(json: Uint8Array, from: number): number {
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
    else if (byte < 0x20) return -1;
  }
  return -1;
}

function skipSpaces(json: Uint8Array, from: number): number {
  let at = from;
  while (json[at] === 0x20) at += 1;
  return at;
}

function isWord(json: Uint8Array, valueStart: number): boolean {
  return json[valueStart] !== LETTER_N && !(json[valueStart] === QUOTE && json[valueStart + 1] === QUOTE);
}

function equals(json: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let index = 0; index < key.length; index += 1) if (json[start + index] !== key[index]) return false;
  return true;
}
