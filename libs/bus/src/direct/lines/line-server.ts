import type { Socket } from 'node:net';
import type { Logger } from '@gateway/telemetry';
import { KEY_BYTES, newDirectSecret } from '../direct-secret';
import { Line } from './line';
import { HELLO_BYTES } from './line-protocol';

/** What an edge does with its lines. */
export interface LineListener {
  onMessage(line: Line, token: string, bytes: Uint8Array): void;
  /** Whatever was answering on this line has been cut off. */
  onOver(line: Line): void;
}

/** The edge's end of its lines. */
export class LineServer {
  private readonly secret = newDirectSecret();
  private readonly lines = new Set<Line>();
  private listener: LineListener | null = null;
  /** What a worker must be told to open a line: in envelopes, as `replyLine`. */
  readonly offer: string;

  constructor(
    address: string,
    private readonly logger: Logger,
  ) {
    this.offer = `${address}/${this.secret.toString('base64url')}`;
  }

  /** Lines that are opened before are refused. */
  listen(listener: LineListener): void {
    this.listener = listener;
  }

  /** `first` is the beginning of a worker's hello. */
  serve(socket: Socket, first: Buffer): void {
    const { listener } = this;
    const isKey = first.subarray(1, HELLO_BYTES).equals(this.secret.subarray(0, KEY_BYTES));
    // A hello fits into any packet: one that comes in pieces, or with more, is not a worker's.
    if (listener === null || first.length !== HELLO_BYTES || !isKey) {
      socket.destroy();
      return;
    }
    const line = new Line({
      socket,
      logger: this.logger,
      onMessage: (from, token, bytes) => listener.onMessage(from, token, bytes),
      onOver: (gone) => {
        this.lines.delete(gone);
        listener.onOver(gone);
      },
    });
    this.lines.add(line);
    socket.write(this.secret.subarray(KEY_BYTES));
  }

  close(): void {
    this.listener = null;
    for (const line of this.lines) line.close();
  }
}
