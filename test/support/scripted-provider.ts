import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A provider on a bare TCP socket: answers every request with the same bytes, cut wherever a test wants, also inside an
 * HTTP chunk header or a UTF-8 character.
 */
export class ScriptedProvider {
  /** What was received, oldest first: head and body. */
  readonly requests: string[] = [];
  private answer: Buffer = Buffer.alloc(0);
  private cuts: readonly number[] = [];
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  /** Resolves with the origin. */
  async start(): Promise<string> {
    const server = createServer((socket) => this.serve(socket));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  /** The next answers: a whole HTTP response, written in pieces that end at `cuts`. */
  script(answer: Buffer, cuts: readonly number[]): void {
    this.answer = answer;
    this.cuts = [...new Set(cuts)].filter((cut) => cut > 0 && cut < answer.length).sort((one, other) => one - other);
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!isWholeRequest(received)) return;
      this.requests.push(received.toString('utf8'));
      received = Buffer.alloc(0);
      void this.respond(socket);
    });
  }

  private async respond(socket: Socket): Promise<void> {
    let from = 0;
    for (const to of [...this.cuts, this.answer.length]) {
      await new Promise<void>((resolve) => socket.write(this.answer.subarray(from, to), () => resolve()));
      // A turn of the loop between pieces, so that the reader can get each by itself.
      await new Promise((resolve) => setImmediate(resolve));
      from = to;
    }
  }
}

/** An HTTP response around a recorded body: chunked with chunks of `chunkBytes`, or with Content-Length. */
export function httpResponse(body: Buffer, framing: { contentType: string; chunkBytes: number | null }): Buffer {
  const { contentType, chunkBytes } = framing;
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\n`;
  if (chunkBytes === null) return Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`), body]);
  const pieces: Buffer[] = [Buffer.from(`${head}transfer-encoding: chunked\r\n\r\n`)];
  for (let from = 0; from < body.length; from += chunkBytes) {
    const chunk = body.subarray(from, from + chunkBytes);
    pieces.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from('0\r\n\r\n'));
  return Buffer.concat(pieces);
}

function isWholeRequest(received: Buffer): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.subarray(0, end).toString('latin1'))?.[1] ?? '0';
  return received.length >= end + 4 + Number(length);
}
