import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAtOnce, listen } from '../listening-server';

export interface ManagerRequest {
  readonly method: string;
  /** Decoded, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a JSON or a form body, as its text. */
  readonly body: string;
}

export interface ManagerAnswer {
  readonly status: number;
  readonly document: object;
}

/** How a manager misbehaves: it hangs up, answers 503, or says nothing at all. */
export type ManagerFault = 'hang-up' | 'unavailable' | 'silence';

/** What the stand-ins of secret managers share: secrets that can be exchanged, faults, and a count of reads. */
export abstract class SecretManagerServer {
  /** Name → what is kept there. */
  readonly secrets = new Map<string, string>();
  /** While set, nobody gets an answer. */
  fault: ManagerFault | null = null;
  private readonly readsOf = new Map<string, number>();
  private server: Server | null = null;

  /** How often somebody got, or was refused, this secret. */
  reads(name: string): number {
    return this.readsOf.get(name) ?? 0;
  }

  get url(): string {
    if (this.server === null) throw new Error('the stand-in was not started');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void readRequest(request).then((read) => {
        if (this.fault === 'silence') return;
        if (this.fault === 'hang-up') {
          request.socket.destroy();
          return;
        }
        const answer = this.fault === 'unavailable' ? { status: 503, document: {} } : this.answer(read);
        response.writeHead(answer.status, { 'content-type': this.contentType });
        response.end(JSON.stringify(answer.document));
      });
    });
    await listen(server, 0);
    this.server = server;
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server) await closeAtOnce(server);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  protected readonly contentType: string = 'application/json';

  protected abstract answer(request: ManagerRequest): ManagerAnswer;

  /** Undefined where there is none. */
  protected take(name: string): string | undefined {
    this.readsOf.set(name, this.reads(name) + 1);
    return this.secrets.get(name);
  }
}

async function readRequest(request: IncomingMessage): Promise<ManagerRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? '',
    path: decodeURIComponent(request.url ?? ''),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
