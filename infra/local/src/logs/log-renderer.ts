import { renderReadable } from './readable-line';

/** Turns what the launcher and its services say into lines of one stream. */
export interface LogRenderer {
  /** A line some process wrote. */
  service(instance: string, line: string): void;
  /** What the launcher itself has to say. */
  launcher(level: 'info' | 'warn' | 'error', message: string): void;
  /** Text for people, never turned into JSON. */
  plain(text: string): void;
}

export interface LogRendererOptions {
  readonly format: 'json' | 'pretty';
  readonly colour: boolean;
  readonly write: (text: string) => void;
}

const LAUNCHER = 'launcher';

/** `json`: one object per line, services' own lines untouched. `pretty`: time, coloured name, level, message, fields. */
export function createLogRenderer({ format, colour, write }: LogRendererOptions): LogRenderer {
  if (format === 'pretty') {
    return {
      service: (instance, line) => write(`${renderReadable({ instance, line, colour })}\n`),
      launcher: (level, message) => {
        const line = JSON.stringify({ time: new Date().toISOString(), level, msg: message });
        write(`${renderReadable({ instance: LAUNCHER, line, colour })}\n`);
      },
      plain: write,
    };
  }
  const asJson = (level: string, service: string, msg: string): string =>
    `${JSON.stringify({ time: new Date().toISOString(), level, service, msg })}\n`;
  return {
    // Plain text, such as a stack trace: wrapped, the stream stays one object per line.
    service: (instance, line) => write(line.startsWith('{') ? `${line}\n` : asJson('info', instance, line)),
    launcher: (level, message) => write(asJson(level, LAUNCHER, message)),
    plain: write,
  };
}
