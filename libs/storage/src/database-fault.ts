/**
 * What a caller can do about a failed statement:
 * `unavailable` try again later; `conflict` the row is already there; `bad-data` these values can never be stored;
 * `other` a defect or a missing migration or right: trying again helps only after somebody repaired it.
 */
export type DatabaseFaultKind = 'unavailable' | 'conflict' | 'bad-data' | 'other';

const MARKER = Symbol.for('gateway.DatabaseFault');

/** Carries neither statement nor parameters: those hold customers' data and would end up in logs. */
export class DatabaseFault extends Error {
  readonly [MARKER] = true;
  constructor(
    message: string,
    readonly kind: DatabaseFaultKind,
    /** PostgreSQL's five-character code; absent when the server gave no answer. */
    readonly sqlState?: string,
    readonly constraint?: string,
  ) {
    super(message);
    this.name = 'DatabaseFault';
  }
}

export function isDatabaseFault(error: unknown): error is DatabaseFault {
  return typeof error === 'object' && error !== null && MARKER in error;
}

const UNIQUE_VIOLATION = '23505';

/** Codes and classes of PostgreSQL's appendix A that pass by themselves. */
const PASSING = [
  /^08/, // connection exception
  /^25006$/, // read-only: a failover is under way
  /^40(001|P01)$/, // serialization failure, deadlock
  /^53/, // out of connections, memory, disk
  /^55P03$/, // lock not available
  /^57(014|P0[1-5])$/, // statement timeout, shutdown, crash, starting up, idle session ended
  /^58/, // input or output error of the server's system
];

/** Data exception, constraint violation, program limit exceeded (too deep, too long for an index). */
const BAD_DATA = /^(22|23|54)/;

export function databaseFaultKind(sqlState: string | undefined): DatabaseFaultKind {
  if (sqlState === undefined) return 'unavailable';
  if (sqlState === UNIQUE_VIOLATION) return 'conflict';
  if (PASSING.some((pattern) => pattern.test(sqlState))) return 'unavailable';
  return BAD_DATA.test(sqlState) ? 'bad-data' : 'other';
}

/** Reads an error of the PostgreSQL client, wrapped by TypeORM or not. By shape: `instanceof` fails across realms. */
export function toDatabaseFault(error: unknown): DatabaseFault {
  if (isDatabaseFault(error)) return error;
  const outer = asFields(error);
  const inner = asFields(outer.driverError ?? error);
  const code = textOf(inner.code);
  const sqlState = code?.match(/^[0-9A-Z]{5}$/)?.[0];
  // Node reports a refused connection to a name with several addresses as an error without a message.
  const message = textOf(inner.message) || code || 'PostgreSQL failed without saying why';
  return new DatabaseFault(message, databaseFaultKind(sqlState), sqlState, textOf(inner.constraint));
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { message: String(value) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
