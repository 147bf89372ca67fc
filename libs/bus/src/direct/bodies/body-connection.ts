import { connect, type Socket } from 'node:net';
import type { DirectAddress } from '../direct-address';
import { type DirectSecret, KEY_BYTES } from '../direct-secret';
import { ANSWER_HEADER_BYTES, encodeQuestion, HERE, NOT_HERE } from './body-protocol';

/** What is read at once. The buffer is used again for every read, so that it stays in the processor's cache. */
const READ_BYTES = 64 * 1024;

/** Null when the body does not come this way. */
export type OnFetched = (body: Buffer | null) => void;

export interface BodyConnectionOptions {
  /** This worker's name, for the edge. */
  readonly worker: string;
  /** Without a byte for so long, while something is awaited, the connection is given up. */
  readonly patienceMs: number;
  /** `isTrusted`: the other end was an edge, and may be one again. */
  readonly onOver: (isTrusted: boolean) => void;
}

interface Awaited {
  readonly secret: DirectSecret;
  readonly bodyBytes: number;
  readonly onFetched: OnFetched;
}

/**
 * One connection to an edge. Questions go out as they come, answers come in their order. Whatever goes wrong ends the
 * connection, and everybody who waits is told null.
 */
export class BodyConnection {
  private readonly socket: Socket;
  private readonly waiting: Awaited[] = [];
  /** The beginning of an answer, until all of it is here. */
  private head = Buffer.alloc(0);
  /** The body that is being read. */
  private body: Buffer | null = null;
  private bodyRead = 0;
  /** The other end has shown that it is an edge. */
  private isTrusted = false;
  private isOver = false;

  constructor(
    address: DirectAddress,
    private readonly options: BodyConnectionOptions,
  ) {
    this.socket = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      keepAlive: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (size, buffer) => {
          this.read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
          return true;
        },
      },
    });
    this.socket.on('error', () => this.close());
    this.socket.on('close', () => this.close());
    // An edge that has gone says so before it is asked again.
    this.socket.on('end', () => this.close());
    this.socket.setTimeout(options.patienceMs, () => {
      if (this.waiting.length > 0) this.close(true);
    });
  }

  ask(awaited: Awaited): void {
    if (this.isOver) {
      queueMicrotask(() => awaited.onFetched(null));
      return;
    }
    this.waiting.push(awaited);
    this.socket.write(encodeQuestion(awaited.secret.key, this.options.worker));
  }

  /** `isSuspect`: this address is not to be asked again for a while, even if it did answer before. */
  close(isSuspect = false): void {
    if (this.isOver) return;
    this.isOver = true;
    this.socket.destroy();
    this.options.onOver(this.isTrusted && !isSuspect);
    for (const { onFetched } of this.waiting.splice(0)) onFetched(null);
  }

  private read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.isOver) rest = this.body === null ? this.readHead(rest) : this.readBody(rest);
  }

  /** Returns what is left of the chunk. */
  private readHead(chunk: Buffer): Buffer {
    const awaited = this.waiting[0];
    // Nothing was asked: whoever this is, it is no edge.
    if (!awaited) {
      this.close(true);
      return chunk;
    }
    if (this.head.length === 0 && chunk[0] === NOT_HERE) {
      this.waiting.shift();
      awaited.onFetched(null);
      return chunk.subarray(1);
    }
    const missing = ANSWER_HEADER_BYTES - this.head.length;
    const head = Buffer.concat([this.head, chunk.subarray(0, missing)]);
    if (head.length < ANSWER_HEADER_BYTES) {
      this.head = head;
      return chunk.subarray(chunk.length);
    }
    this.head = Buffer.alloc(0);
    if (!answers(head, awaited)) {
      this.close(true);
      return chunk;
    }
    this.isTrusted = true;
    this.body = Buffer.allocUnsafe(awaited.bodyBytes);
    this.bodyRead = 0;
    return chunk.subarray(missing);
  }

  private readBody(chunk: Buffer): Buffer {
    const body = this.body as Buffer;
    const taken = Math.min(chunk.length, body.length - this.bodyRead);
    chunk.copy(body, this.bodyRead, 0, taken);
    this.bodyRead += taken;
    if (this.bodyRead === body.length) {
      this.body = null;
      this.waiting.shift()?.onFetched(body);
    }
    return chunk.subarray(taken);
  }
}

function answers(head: Buffer, { secret, bodyBytes }: Awaited): boolean {
  const isProven = head.compare(secret.proof, 0, KEY_BYTES, 1, 1 + KEY_BYTES) === 0;
  return head[0] === HERE && isProven && head.readUInt32BE(1 + KEY_BYTES) === bodyBytes;
}
