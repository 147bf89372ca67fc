const NAME_WIDTH = 18;
const RESET = '\u001b[0m';
const DIM = '\u001b[2m';
const NAME_COLOURS = [36, 35, 34, 33, 32, 96, 95, 94];
const LEVEL_COLOURS: Readonly<Record<string, number>> = { warn: 33, error: 31, fatal: 31 };
const NUMBERED_LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Said by the prefix already, or of use only to machines. */
const HIDDEN_FIELDS = new Set([
  'time',
  'level',
  'msg',
  'message',
  'service',
  'instance',
  'pid',
  'hostname',
  'trace_id',
  'span_id',
  'v',
]);

/** One line of a service for a person: `12:34:56.789 router-1 │ warn message key=value`. Text that is not JSON stays as it is. */
export function renderReadable(input: {
  readonly instance: string;
  readonly line: string;
  readonly colour: boolean;
}): string {
  const paint = (text: string, code: number | undefined): string =>
    input.colour && code !== undefined ? `\u001b[${code}m${text}${RESET}` : text;
  const name = paint(
    input.instance.padEnd(NAME_WIDTH),
    NAME_COLOURS[sumOfCharacters(input.instance) % NAME_COLOURS.length],
  );
  const record = input.line.startsWith('{') ? parse(input.line) : undefined;
  if (record === undefined) return `${clock(undefined)} ${name} │ ${input.line}`;
  const level =
    typeof record.level === 'number' ? (NUMBERED_LEVELS[record.level] ?? 'info') : String(record.level ?? 'info');
  const message = String(record.msg ?? record.message ?? '');
  const fields = Object.entries(record).filter(([key]) => !HIDDEN_FIELDS.has(key));
  const details = fields.map(([key, value]) => `${key}=${inOneLine(value)}`).join(' ');
  const dimmed = details === '' ? '' : ` ${input.colour ? `${DIM}${details}${RESET}` : details}`;
  return `${clock(record.time)} ${name} │ ${paint(level.padEnd(5), LEVEL_COLOURS[level])} ${message}${dimmed}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function clock(time: unknown): string {
  const date = typeof time === 'string' || typeof time === 'number' ? new Date(time) : new Date();
  const valid = Number.isNaN(date.getTime()) ? new Date() : date;
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  const seconds = `${twoDigits(valid.getSeconds())}.${String(valid.getMilliseconds()).padStart(3, '0')}`;
  return `${twoDigits(valid.getHours())}:${twoDigits(valid.getMinutes())}:${seconds}`;
}

function inOneLine(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? 'undefined';
}

function sumOfCharacters(text: string): number {
  return [...text].reduce((sum, character) => sum + character.charCodeAt(0), 0);
}
