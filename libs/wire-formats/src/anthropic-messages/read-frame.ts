const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const EVENT_FIELD = Buffer.from('event:');
const DATA_FIELD = Buffer.from('data:');

/** An event of exactly two lines, `event:` and `data:` with an object, which is how the API writes all of its events. */
export interface Frame {
  readonly name: string;
  /** [dataStart, dataEnd) are the bytes of the JSON object. */
  readonly dataStart: number;
  readonly dataEnd: number;
}

/** Null for any other shape, which is legal SSE and takes the slow way. Nothing is decoded but the event's name. */
export function readFrame(event: Buffer): Frame | null {
  if (!hasFieldAt(event, EVENT_FIELD, 0)) return null;
  const firstLineEnd = event.indexOf(LINE_FEED);
  if (firstLineEnd === -1 || !hasFieldAt(event, DATA_FIELD, firstLineEnd + 1)) return null;
  const dataStart = valueStart(event, firstLineEnd + 1 + DATA_FIELD.length);
  const secondLineEnd = event.indexOf(LINE_FEED, dataStart);
  if (secondLineEnd === -1 || event.length - secondLineEnd > 3) return null;
  const dataEnd = lineEnd(event, secondLineEnd);
  if (event[dataStart] !== OPEN_BRACE || event[dataEnd - 1] !== CLOSE_BRACE) return null;
  const name = event.toString('latin1', valueStart(event, EVENT_FIELD.length), lineEnd(event, firstLineEnd));
  return { name, dataStart, dataEnd };
}

function hasFieldAt(event: Buffer, field: Buffer, at: number): boolean {
  for (let index = 0; index < field.length; index++) if (event[at + index] !== field[index]) return false;
  return true;
}

function valueStart(event: Buffer, afterColon: number): number {
  return event[afterColon] === SPACE ? afterColon + 1 : afterColon;
}

function lineEnd(event: Buffer, lineFeed: number): number {
  return event[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
}
