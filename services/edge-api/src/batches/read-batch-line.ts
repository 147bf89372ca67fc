import { isUtf8 } from 'node:buffer';
import { isRecord } from '@gateway/domain';
import { topLevelSpanOf } from '@gateway/wire-formats';
import { LONGEST_CUSTOM_ID, MOST_LINE_BYTES } from './batch-limits';
import type { InputLine } from './line-reader';

/** What is wrong with an input, as a batch tells it. */
export interface InputFault {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  /** Counted from 1; null where it is no line's. */
  readonly line: number | null;
}

export interface BatchLine {
  readonly customId: string;
  /** The client's own bytes. */
  readonly body: Buffer;
}

export type ReadBatchLine =
  | { readonly kind: 'call'; readonly call: BatchLine }
  | { readonly kind: 'empty' }
  | { readonly kind: 'fault'; readonly fault: InputFault };

const FIELDS: ReadonlySet<string> = new Set(['custom_id', 'method', 'url', 'body']);

/** One line of a batch's input: `{custom_id, method, url, body}`. */
export function readBatchLine({ line, bytes }: Pick<InputLine, 'line' | 'bytes'>, endpoint: string): ReadBatchLine {
  const fault = (code: string, param: string | null, message: string): ReadBatchLine => ({
    kind: 'fault',
    fault: { code, message, param, line: line + 1 },
  });
  if (bytes === null) return fault('line_too_long', null, `This line has more than ${MOST_LINE_BYTES} bytes.`);
  const document = parse(bytes);
  if (document === undefined) return isBlank(bytes) ? { kind: 'empty' } : fault('invalid_json_line', null, NO_JSON);
  if (!isRecord(document)) return fault('invalid_json_line', null, 'This line is not a JSON object.');
  const { custom_id: customId, method, url, body } = document;
  if (typeof customId !== 'string' || customId === '' || customId.length > LONGEST_CUSTOM_ID)
    return fault('missing_required_parameter', 'custom_id', `custom_id: ${CUSTOM_ID}.`);
  if (method !== 'POST') return fault('invalid_method', 'method', 'method: must be "POST".');
  if (url !== endpoint) return fault('mismatched_endpoint', 'url', `url: must be the batch's endpoint, "${endpoint}".`);
  const span = topLevelSpanOf(bytes, 'body');
  if (!isRecord(body) || span === undefined)
    return fault('missing_required_parameter', 'body', 'body: must be the JSON object of the call.');
  if (body.stream === true)
    return fault('unsupported_parameter', 'body.stream', 'body.stream: a batch is not streamed.');
  const other = Object.keys(document).find((field) => !FIELDS.has(field));
  if (other !== undefined)
    return fault('unknown_parameter', other.slice(0, 100), `${other.slice(0, 100)}: is not a field of a line.`);
  return { kind: 'call', call: { customId, body: bytes.subarray(...span) } };
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < MOST_BLANKS && bytes.toString('latin1').trim() === '';
}

const MOST_BLANKS = 1_000;
const NO_JSON = 'This line cannot be read as JSON.';
const CUSTOM_ID = `must be a text of 1 to ${LONGEST_CUSTOM_ID} characters that no other line has`;
