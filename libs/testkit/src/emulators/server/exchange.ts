import type { ServerResponse } from 'node:http';
import type { OpenBillRow } from '../bill';

/** One request being answered: tells a client that left from an end of our own making, and books it at once. */
export class Exchange {
  private timer: NodeJS.Timeout | undefined;
  private endedByUs = false;
  private closed = false;

  constructor(
    readonly response: ServerResponse,
    readonly row: OpenBillRow,
  ) {
    response.on('close', () => this.onClose());
  }

  get isOver(): boolean {
    return this.closed || this.endedByUs;
  }

  /** Calls back after the delay unless the client leaves first; a delay of 0 calls back at once. */
  after(delayMs: number, next: () => void): void {
    if (delayMs <= 0) next();
    else this.timer = setTimeout(next, delayMs);
  }

  open(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.row.status = status;
    this.response.writeHead(status, headers);
  }

  /** The proper end of a response. */
  end(lastBytes: string | Buffer = ''): void {
    this.endedByUs = true;
    this.response.end(lastBytes);
  }

  /** Closes the connection once everything written so far is on its way. */
  cut(): void {
    this.endedByUs = true;
    this.response.socket?.destroySoon();
  }

  private onClose(): void {
    clearTimeout(this.timer);
    this.closed = true;
    this.row.endedAtUnixMs = Date.now();
    if (this.endedByUs) return;
    this.row.cancelledByClient = true;
    this.row.cancelNoticedAtUnixMs = this.row.endedAtUnixMs;
  }
}
