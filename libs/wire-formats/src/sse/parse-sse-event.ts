import type { SseEvent } from './sse-event';

const DATA_PREFIX = Buffer.from('data:');
const LINE_END = /\r\n|\n|\r/;

/**
 * One event's bytes → its name and data; null when it carries no data (a comment, an `id:` or `retry:` alone).
 * Fields other than `event` and `data` are ignored, as browsers ignore unknown ones.
 */
export function parseSseEvent(bytes: Uint8Array): SseEvent | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const onlyData = singleDataLine(text);
  if (onlyData !== null) return { event: 'message', data: onlyData };

  let event = '';
  let data: string | null = null;
  for (const line of text.split(LINE_END)) {
    const [name, value] = splitField(line);
    if (name === 'event') event = value;
    else if (name === 'data') data = data === null ? value : `${data}\n${value}`;
  }
  return data === null ? null : { event: event || 'message', data };
}

/** Where the first data line's value begins when the event starts with one, else -1. */
export function leadingDataStart(event: Uint8Array): number {
  for (let index = 0; index < DATA_PREFIX.length; index += 1) if (event[index] !== DATA_PREFIX[index]) return -1;
  return event[DATA_PREFIX.length] === 0x20 ? DATA_PREFIX.length + 1 : DATA_PREFIX.length;
}

/** The common case, one line and nothing else, without splitting. */
function singleDataLine(text: string): string | null {
  if (!text.startsWith('data:') || text.includes('\r')) return null;
  const lineEnd = text.indexOf('\n');
  const end = lineEnd === -1 ? text.length : lineEnd;
  // Only the blank line may follow.
  if (text.length > end + 2) return null;
  return text.slice(text[5] === ' ' ? 6 : 5, end);
}

function splitField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const valueStart = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
  return [line.slice(0, colon), line.slice(valueStart)];
}
