import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { closeAtOnce, listen } from '../listening-server';
import { ObjectShelf } from './object-shelf';
import { type StoreFault, StoreFaults } from './store-faults';

export interface StoreCall {
  readonly method: string;
  /** As it came, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StoreAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** One call that was answered, for tests to look at. */
export interface StoreRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** 0 when the connection was cut instead. */
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytesSent: number;
}

/** An object store on loopback, as far as any of them is alike: objects in memory, faults on demand, and what it sent. */
export abstract class ObjectStoreEmulator {
  readonly shelf = new ObjectShelf();
  private readonly faults = new StoreFaults();
  private answered: StoreRequest[] = [];
  private server: Server | undefined;
  private tagsMade = 0;
  protected origin = '';

  /** Listens on this machine; resolves to the origin, e.g. `http://127.0.0.1:40123`. */
  async start(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.take(request, response));
    server.keepAliveTimeout = 120_000;
    this.server = server;
    this.origin = await listen(server, port);
    return this.origin;
  }

  /** Closes every connection; resolves when the port is free. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    await closeAtOnce(server);
  }

  /** What was answered since the last `forget`, oldest first. */
  requests(): readonly StoreRequest[] {
    return this.answered;
  }

  /** Bytes of bodies sent since then. */
  bytesSent(): number {
    return this.answered.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  }

  forget(): void {
    this.answered = [];
  }

  addFault(fault: StoreFault): void {
    this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  protected abstract answer(call: StoreCall): StoreAnswer;
  /** The store's words for a status, for faults. */
  protected abstract failure(status: number): StoreAnswer;

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    let body: Buffer;
    try {
      body = await buffer(request);
    } catch {
      return; // a client that leaves while sending has not asked for anything yet
    }
    const fault = this.faults.take(method, url);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { ref: false });
    if (fault?.cut === 'before-head') {
      this.answered.push({ method, url, status: 0, bytesSent: 0 });
      request.socket.destroy();
      return;
    }
    const [rawPath = '', rawQuery = ''] = url.split('?', 2);
    const call = { method, rawPath, rawQuery, query: new URLSearchParams(rawQuery), headers, body };
    const answer = fault?.status === undefined ? this.answer(call) : this.failure(fault.status);
    this.send({ method, url }, this.spoilt(answer, fault), { response, isCut: fault?.cut === 'in-body' });
  }

  private send(
    { method, url }: Pick<StoreRequest, 'method' | 'url'>,
    answer: StoreAnswer,
    { response, isCut }: { readonly response: ServerResponse; readonly isCut: boolean },
  ): void {
    const { status, headers = {} } = answer;
    const body = Buffer.from(answer.body ?? '');
    const hasBody = method !== 'HEAD' && status !== 304 && status !== 204;
    const sent = hasBody ? (isCut ? body.subarray(0, body.length >> 1) : body) : Buffer.alloc(0);
    this.answered.push({ method, url, status, bytesSent: sent.length });
    response.writeHead(status, {
      ...headers,
      ...(status !== 304 && status !== 204 && { 'content-length': String(body.length) }),
    });
    if (isCut) response.write(sent, () => response.destroy());
    else response.end(sent);
  }

  private spoilt(answer: StoreAnswer, fault: StoreFault | null): StoreAnswer {
    if (fault?.wrongTag && answer.headers?.etag !== undefined) {
      this.tagsMade += 1;
      return { ...answer, headers: { ...answer.headers, etag: `"wrong-${this.tagsMade}"` } };
    }
    if (fault?.corrupt && answer.body !== undefined && answer.body.length > 0) {
      const body = Buffer.from(answer.body);
      body[body.length >> 1]! ^= 1;
      return { ...answer, body };
    }
    return answer;
  }
}
