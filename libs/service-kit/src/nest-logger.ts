import type { Logger } from '@gateway/telemetry';
import type { LoggerService } from '@nestjs/common';

/** Routes Nest's own messages into our log. Its progress reports are `debug`: they say nothing about our service. */
export class NestLogger implements LoggerService {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger.child({ source: 'nest' });
  }

  log(message: unknown, ...details: unknown[]): void {
    this.logger.debug(fieldsOf(details), String(message));
  }

  debug(message: unknown, ...details: unknown[]): void {
    this.logger.debug(fieldsOf(details), String(message));
  }

  verbose(message: unknown, ...details: unknown[]): void {
    this.logger.debug(fieldsOf(details), String(message));
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.logger.warn(fieldsOf(details), String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    if (message instanceof Error) this.logger.error({ ...fieldsOf(details), error: message }, message.message);
    else this.logger.error(fieldsOf(details), String(message));
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.error(message, ...details);
  }
}

/** Nest passes a stack and a context name as trailing strings, in that order when both are there. */
function fieldsOf(details: readonly unknown[]): Record<string, unknown> {
  const context = details.at(-1);
  const stack = details.length > 1 ? details[0] : undefined;
  return {
    ...(typeof context === 'string' && { context }),
    ...(typeof stack === 'string' && { stack }),
  };
}
