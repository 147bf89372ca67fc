import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What the server does with one request whose bytes have arrived: write, wait, cut. */
export type RequestScript = (socket: Socket, requestIndexOnSocket: number) => void;

/** A raw TCP server: the only way to be as rude as real networks are. Frees itself with `await using`. */
export class ScriptedServer implements AsyncDisposable {
  readonly sockets = new Set<Socket>();
  requestCount = 0;
  connectionCount = 0;
  closedCount = 0;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(script: RequestScript, greeting = ''): Promise<ScriptedServer> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const scripted = new ScriptedServer(server, `http://127.0.0.1:${address.port}`);
    server.on('connection', (socket) => {
      if (greeting) socket.write(greeting);
      scripted.serve(socket, script);
    });
    return scripted;
  }

  private serve(socket: Socket, script: RequestScript): void {
    this.connectionCount++;
    this.sockets.add(socket);
    let index = 0;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.closedCount++;
      this.sockets.delete(socket);
    });
    socket.on('data', (data) => {
      // Requests of these tests fit into one segment and end with their JSON body.
      if (!data.toString().includes('\r\n\r\n')) return;
      this.requestCount++;
      script(socket, index++);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

export function wholeAnswer(text: string, extraHead = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${extraHead}\r\n${text}`;
}

export const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

export const LAST_CHUNK = '0\r\n\r\n';
