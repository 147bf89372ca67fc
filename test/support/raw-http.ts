import { connect } from 'node:net';

export interface RawAnswer {
  /** Of the first response; 0 when the server closed without one. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** How many responses came on the connection. */
  readonly responses: number;
}

const QUIET_MS = 60;
const PATIENCE_MS = 120_000;

/** Sends bytes as they are over a connection of their own, and returns what came back when it closed or went quiet. */
export function rawExchange(url: string, sent: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(sent));
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer to ${String(sent).slice(0, 200)}`));
    }, PATIENCE_MS);
    const finish = (): void => {
      clearTimeout(patience);
      clearTimeout(quiet);
      socket.destroy();
      resolve(parseAnswer(Buffer.concat(chunks).toString('latin1')));
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      clearTimeout(quiet);
      if (isComplete(Buffer.concat(chunks).toString('latin1'))) quiet = setTimeout(finish, QUIET_MS);
    });
    // A server that refuses may reset the connection while we still send; what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', finish);
  });
}

/** `POST path` with a JSON body, and room for header lines that no HTTP library would send. */
export function rawPost(path: string, body: string | Buffer, headerLines: readonly string[]): Buffer {
  const bytes = Buffer.from(body);
  const head = [`POST ${path} HTTP/1.1`, ...headerLines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return text.endsWith('0\r\n\r\n');
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: end < 0 ? '' : Buffer.from(text.slice(end + 4), 'latin1').toString('utf8'),
    responses: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
  };
}
