import { hash } from 'node:crypto';
import { MOST_INPUT_FAULTS, MOST_LINES } from './batch-limits';
import type { LineReader } from './line-reader';
import { type InputFault, readBatchLine } from './read-batch-line';

export type CheckedInput =
  | { readonly ok: true; readonly total: number }
  | { readonly ok: false; readonly faults: readonly InputFault[] };

/** Reads all of an input before any of it is called. `goOn` is asked after every line; false ends it as it is. */
export async function checkInput(reader: LineReader, endpoint: string, goOn: () => boolean): Promise<CheckedInput> {
  const faults: InputFault[] = [];
  // Sixteen bytes for each id, however long it is: two alike by chance is not to be feared among 50,000.
  const seen = new Set<string>();
  let total = 0;
  for await (const line of reader.lines()) {
    const read = readBatchLine(line, endpoint);
    if (read.kind === 'empty') continue;
    total += 1;
    if (total > MOST_LINES) return { ok: false, faults: [TOO_MANY] };
    if (read.kind === 'fault') faults.push(read.fault);
    else if (!isNew(seen, read.call.customId)) faults.push(duplicate(read.call.customId, line.line + 1));
    if (faults.length >= MOST_INPUT_FAULTS || !goOn()) break;
  }
  if (faults.length > 0) return { ok: false, faults };
  return total === 0 ? { ok: false, faults: [EMPTY] } : { ok: true, total };
}

function isNew(seen: Set<string>, customId: string): boolean {
  const digest = hash('sha256', customId, 'base64').slice(0, 22);
  if (seen.has(digest)) return false;
  seen.add(digest);
  return true;
}

function duplicate(customId: string, line: number): InputFault {
  const shown = customId.slice(0, 100);
  return {
    code: 'duplicate_custom_id',
    message: `custom_id: '${shown}' is on an earlier line too.`,
    param: 'custom_id',
    line,
  };
}

const TOO_MANY: InputFault = {
  code: 'too_many_lines',
  message: `A batch has at most ${MOST_LINES} lines.`,
  param: 'input_file_id',
  line: null,
};
const EMPTY: InputFault = {
  code: 'empty_file',
  message: 'The input file has no lines.',
  param: 'input_file_id',
  line: null,
};
