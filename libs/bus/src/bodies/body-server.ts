import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { BodyOffer } from '@gateway/contracts';
import { ShortLivedMap } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import {
  encodeAnswerHead,
  KEY_BYTES,
  NOT_HERE,
  newBodySecret,
  PROTOCOL_VERSION,
  QUESTION_HEADER_BYTES,
} from './body-protocol';

/** A worker has one connection; this many is plenty for a mesh, and not too many for strangers. */
const MAX_CONNECTIONS = 1_024;
/** A worker that takes nothing of an answer for so long is dead or frozen, and what waits for it is let go. */
const STALL_MS = 10_000;
const NO_BODY_HERE = Buffer.of(NOT_HERE);

export interface BodyServerOptions {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** `host:port` that workers are told, when they reach this edge at another address than it listens on. */
  readonly announce?: string;
  readonly logger: Logger;
}

/** Called with the worker's name when it asks; returns the body. */
export type OnAsked = (worker: string) => Uint8Array;

export interface OfferedBody extends BodyOffer {
  /** Nobody gets it from here on. */
  withdraw(): void;
}

interface Offered {
  readonly proof: Buffer;
  readonly onAsked: OnAsked;
}

/** The edge's end of the direct way of large bodies: gives each offered body once, to whoever knows its key. */
export class BodyServer {
  private readonly offers = new ShortLivedMap<string, Offered>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly address: string,
    private readonly logger: Logger,
  ) {
    server.on('connection', (socket) => this.serve(socket));
    server.on('error', (error) => logger.error({ error }, 'the server of large bodies failed'));
  }

  /** @throws Error when it cannot listen there. */
  static async listen({ host, port, announce, logger }: BodyServerOptions): Promise<BodyServer> {
    const server = createServer({ noDelay: true, keepAlive: true });
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
    return new BodyServer(server, announce ?? reachableAddress(host, portOf(server)), logger);
  }

  offer(onAsked: OnAsked): OfferedBody {
    const secret = newBodySecret();
    const key = secret.toString('latin1', 0, KEY_BYTES);
    this.offers.set(key, { proof: secret.subarray(KEY_BYTES), onAsked });
    return {
      address: this.address,
      secret: secret.toString('base64url'),
      withdraw: () => this.offers.delete(key),
    };
  }

  /** Offers that nobody has taken and nobody has withdrawn. */
  get open(): number {
    return this.offers.size;
  }

  /** Closes all connections, too. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let rest: Buffer | null = null;
    socket.on('data', (chunk: Buffer) => {
      rest = this.answerAll(socket, rest === null ? chunk : Buffer.concat([rest, chunk]));
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    socket.setTimeout(STALL_MS, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
  }

  /** Answers whole questions; returns what is left of one. */
  private answerAll(socket: Socket, bytes: Buffer): Buffer | null {
    let at = 0;
    while (bytes.length - at >= QUESTION_HEADER_BYTES) {
      if (bytes[at] !== PROTOCOL_VERSION) {
        socket.destroy();
        return null;
      }
      const end = at + QUESTION_HEADER_BYTES + (bytes[at + 1 + KEY_BYTES] ?? 0);
      if (bytes.length < end) break;
      const key = bytes.toString('latin1', at + 1, at + 1 + KEY_BYTES);
      this.answer(socket, key, bytes.toString('utf8', at + QUESTION_HEADER_BYTES, end));
      at = end;
    }
    return at === bytes.length ? null : bytes.subarray(at);
  }

  private answer(socket: Socket, key: string, worker: string): void {
    const offered = this.offers.get(key);
    this.offers.delete(key);
    const body = offered === undefined ? null : this.ask(offered, worker);
    if (offered === undefined || body === null) {
      socket.write(NO_BODY_HERE);
      return;
    }
    socket.cork();
    socket.write(encodeAnswerHead(offered.proof, body.length));
    socket.write(body);
    socket.uncork();
  }

  private ask({ onAsked }: Offered, worker: string): Uint8Array | null {
    try {
      return onAsked(worker);
    } catch (error) {
      this.logger.error({ error }, 'cannot give a body away');
      return null;
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Whoever listens everywhere is told by the machine's name. */
function reachableAddress(host: string, port: number): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? hostname() : host;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}
