export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * What a log line says besides its message. Values may be anything: they are cleaned, redacted and cut before they are
 * written. Errors go under `error`; trace ids under `trace_id` and `span_id` (`span.logFields` has both).
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** The logger as every library and service sees it. Calls never throw and never wait for the disk. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
  /** Lets a hot path skip building fields that nobody will read. */
  isEnabled(level: LogLevel): boolean;
}

/** The process's own logger, which also owns the output stream. */
export interface RootLogger extends Logger {
  /** Writes what is buffered, blocking. For the last moments of a process. */
  flush(): void;
}
