import type { CleanError } from './clean-error';

const COLOURS: Readonly<Record<string, string>> = {
  debug: '\u001b[90m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';
/** Shown in the line's fixed part, or of no interest to a person at a terminal. */
const FIXED = new Set(['time', 'level', 'service', 'instance', 'msg', 'error']);

/** Rewrites one JSON log line (newline included) for people. Anything that is not such a line is returned as it is. */
export function prettyLine(line: string, colours: boolean): string {
  const entry = parseLine(line);
  if (entry === null) return line;
  const paint = (colour: string, text: string) => (colours ? `${colour}${text}${RESET}` : text);
  const level = String(entry.level ?? 'info');
  const head = [
    paint(DIM, String(entry.time ?? '').slice(11, 23)),
    paint(COLOURS[level] ?? '', level.toUpperCase().padEnd(5)),
    paint(DIM, String(entry.service ?? '')),
    String(entry.msg ?? ''),
  ];
  const fields = Object.entries(entry)
    .filter(([name]) => !FIXED.has(name))
    .map(([name, value]) => paint(DIM, `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`));
  return `${[...head, ...fields].join(' ')}\n${errorLines(entry.error)}`;
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function errorLines(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === undefined ? '' : `    ${String(error)}\n`;
  const { name, message, stack, cause, errors } = error as Partial<CleanError>;
  const text = stack ?? `${name ?? 'Error'}: ${message ?? ''}`;
  const own = `${text.replace(/^/gm, '    ')}\n`;
  return own + [cause, ...(errors ?? [])].filter(Boolean).map(errorLines).join('');
}
