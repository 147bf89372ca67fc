import { cleanMultilineText, cleanText } from './clean-text';

/** An error as a log line shows it. `cause` and `errors` have the same shape. */
export interface CleanError {
  name: string;
  message: string;
  stack?: string;
  cause?: CleanError;
  errors?: CleanError[];
  [detail: string]: unknown;
}

/**
 * The only own properties taken from an error. HTTP and database clients hang requests, headers and whole
 * configurations on theirs, so everything not named here stays out.
 */
const DETAILS = [
  'code',
  'errno',
  'syscall',
  'address',
  'port',
  'status',
  'statusCode',
  'severity',
  'constraint',
  'table',
];
const MAX_CAUSES = 4;
const MAX_AGGREGATED = 5;

/** Name, message, stack, cause and a few plain details of an error, redacted. Accepts anything that was thrown. */
export function cleanError(error: unknown, depth = 0): CleanError {
  if (!(error instanceof Error)) return { name: 'NonError', message: cleanText(describeThrown(error)) };
  const clean: CleanError = { name: cleanText(String(error.name)), message: cleanText(String(error.message)) };
  if (typeof error.stack === 'string') clean.stack = cleanMultilineText(error.stack);
  for (const name of DETAILS) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') clean[name] = cleanText(value);
    else if (typeof value === 'number') clean[name] = value;
  }
  if (depth >= MAX_CAUSES) return clean;
  if (error.cause !== undefined && error.cause !== null) clean.cause = cleanError(error.cause, depth + 1);
  if (error instanceof AggregateError) {
    clean.errors = error.errors.slice(0, MAX_AGGREGATED).map((inner) => cleanError(inner, depth + 1));
  }
  return clean;
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  // Never the content of an unknown object: it may be a request with its headers.
  return typeof thrown === 'object' ? Object.prototype.toString.call(thrown) : String(thrown);
}
