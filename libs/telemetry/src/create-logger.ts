import pino from 'pino';
import { cleanFields } from './clean-fields';
import { cleanText } from './clean-text';
import type { LogFields, Logger, LogLevel, RootLogger } from './logger';
import { prettyLine } from './pretty-line';

export interface LoggerOptions {
  readonly service: string;
  readonly instance: string;
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Colours for `pretty`; by default when standard output is a terminal. */
  readonly colours?: boolean;
  /** Where whole lines go instead of standard output; for tests. */
  readonly write?: (line: string) => void;
}

interface LineOutput {
  write(line: string): void;
  flush(): void;
}

/** Bytes gathered before they are written, and how long they may wait: one system call serves many requests. */
const BUFFER_BYTES = 4096;
const FLUSH_EVERY_MS = 100;

/**
 * The process's logger: JSON lines with `time`, `level`, `service`, `instance`, `msg` on standard output (`pretty`: text for
 * people). Everything passes the redaction of `cleanFields`; there is no way around it.
 */
export function createLogger(options: LoggerOptions): RootLogger {
  const output = options.write ? { write: options.write, flush: () => {} } : standardOutput();
  const colours = options.colours ?? process.stdout.isTTY === true;
  const target: LineOutput =
    options.format === 'pretty'
      ? { write: (line) => output.write(prettyLine(line, colours)), flush: output.flush }
      : output;
  const root = pino(
    {
      level: options.level,
      base: { service: options.service, instance: options.instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
  return new PinoLogger(root, target.flush);
}

class PinoLogger implements RootLogger {
  constructor(
    private readonly target: pino.Logger,
    readonly flush: () => void,
  ) {}

  debug(fields: LogFields, message: string): void {
    if (this.target.isLevelEnabled('debug')) this.target.debug(lineFields(fields), cleanText(message));
  }

  info(fields: LogFields, message: string): void {
    if (this.target.isLevelEnabled('info')) this.target.info(lineFields(fields), cleanText(message));
  }

  warn(fields: LogFields, message: string): void {
    if (this.target.isLevelEnabled('warn')) this.target.warn(lineFields(fields), cleanText(message));
  }

  error(fields: LogFields, message: string): void {
    if (!this.target.isLevelEnabled('error')) return;
    this.target.error(lineFields(fields), cleanText(message));
    this.flush();
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.target.child(lineFields(fields)), this.flush);
  }

  isEnabled(level: LogLevel): boolean {
    return level !== 'silent' && this.target.isLevelEnabled(level);
  }
}

/** Names the line itself uses. JSON parsers take the last of two equal names, so a field could otherwise forge them. */
const RESERVED = ['time', 'level', 'service', 'instance', 'msg'] as const;

function lineFields(fields: LogFields): Record<string, unknown> {
  const clean = cleanFields(fields);
  for (const name of RESERVED) {
    if (!(name in clean)) continue;
    clean[`field_${name}`] = clean[name];
    delete clean[name];
  }
  return clean;
}

function standardOutput(): LineOutput {
  const stream = pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES });
  // A reader that went away (a closed pipe) must not take the service with it.
  stream.on('error', () => {});
  const flush = () => {
    try {
      stream.flushSync();
    } catch {
      // Nothing is left to report to: the log itself is what failed.
    }
  };
  setInterval(() => stream.flush(), FLUSH_EVERY_MS).unref();
  process.once('exit', flush);
  return { write: (line) => void stream.write(line), flush };
}
