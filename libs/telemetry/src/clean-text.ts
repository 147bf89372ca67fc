import { redactText } from './redact-text';

/** Largest string value in a log line, in bytes of UTF-8. */
export const MAX_FIELD_BYTES = 8 * 1024;
/** Redaction must see whole secrets, so more than the cap is looked at before cutting. */
const MAX_SCANNED_CHARS = 8 * MAX_FIELD_BYTES;
/** Longer than anything a pattern needs to see to recognise a secret by its end. */
const UNTRUSTED_TAIL_CHARS = 512;
const CUT_MARK = '…[cut]';

/** C0 and C1 controls, line separators and bidirectional overrides: all can forge or hide log text on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, but a stack trace keeps its lines
const CONTROLS_EXCEPT_NEWLINE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line of safe text: control characters out, secrets out, at most `MAX_FIELD_BYTES`. */
export function cleanText(text: string): string {
  return redactAndCut(text, CONTROLS);
}

/** As `cleanText`, but newlines stay. For stack traces only. */
export function cleanMultilineText(text: string): string {
  return redactAndCut(text, CONTROLS_EXCEPT_NEWLINE);
}

function redactAndCut(text: string, controls: RegExp): string {
  const scanned = text.length > MAX_SCANNED_CHARS ? text.slice(0, MAX_SCANNED_CHARS) : text;
  // Whitespace controls become a space; the others vanish, so that one inside a secret cannot hide it.
  const visible = scanned.replace(controls, (character) => (/\s/.test(character) ? ' ' : ''));
  const redacted = redactText(visible);
  if (scanned.length === text.length) return cutToBytes(redacted);
  // The end of the scan may be half a secret, which no pattern recognises.
  return cutToBytes(redacted.slice(0, -UNTRUSTED_TAIL_CHARS) + CUT_MARK);
}

function cutToBytes(text: string): string {
  if (text.length * 3 <= MAX_FIELD_BYTES || Buffer.byteLength(text) <= MAX_FIELD_BYTES) return text;
  const room = MAX_FIELD_BYTES - Buffer.byteLength(CUT_MARK);
  const cut = Buffer.from(text, 'utf8').subarray(0, room).toString('utf8');
  return cut.replace(/\uFFFD+$/, '') + CUT_MARK;
}
