import type { GatewayError } from '@gateway/domain';
import type { ExchangeClient, ResponseHeaders } from '../../calls/client-response';
import { INTERRUPTED } from '../../calls/exchange-errors';

/** A connection as one turn needs it. */
export interface FrameSink {
  readonly isOpen: boolean;
  /** True when it took all of it; else `onDrain` of the turn is called once it has. */
  send(frame: string): boolean;
}

const DATA = 'data: ';

/** The client's end of one turn: events of the stream are frames, which say whose they are. */
export class TurnAnswer implements ExchangeClient {
  hasBegun = false;
  lastWriteMs = 0;
  private isOver = false;
  private goneListener: () => void = () => undefined;
  private drainListener: () => void = () => undefined;

  constructor(
    private readonly sink: FrameSink,
    private readonly turn: number,
    /** Called once; `isWhole`: the answer came to its end. */
    private readonly onOver: (isWhole: boolean) => void,
  ) {}

  get isAbandoned(): boolean {
    return !this.isOver && !this.sink.isOpen;
  }

  /** Nobody waits for it, or not any more. */
  get isGone(): boolean {
    return this.isOver || !this.sink.isOpen;
  }

  onGone(listener: () => void): void {
    this.goneListener = listener;
  }

  onDrain(listener: () => void): void {
    this.drainListener = listener;
  }

  drained(): void {
    if (!this.isOver) this.drainListener();
  }

  /** The connection is closed, or the client wants no more of it. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.goneListener();
    this.onOver(false);
  }

  beginStream(headers: ResponseHeaders): void {
    if (this.isOver) return;
    this.hasBegun = true;
    const { 'x-request-id': requestId, 'x-gateway-deployment': deployment } = headers;
    this.send(JSON.stringify({ start: true, request_id: requestId, deployment }));
  }

  /** Comments keep a quiet HTTP stream open; a connection of this kind has pings for that. */
  write(bytes: Uint8Array | string): boolean {
    if (this.isOver) return true;
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    let isTaken = true;
    for (const event of text.split('\n\n')) {
      if (event.startsWith(DATA)) isTaken = this.send(event.slice(DATA.length)) && isTaken;
    }
    return isTaken;
  }

  endStream(last: string): void {
    this.write(last);
    this.end(true);
  }

  breakStream(event: string): void {
    this.write(event);
    this.end(false);
  }

  json(_status: number, document: string | Uint8Array): void {
    if (!this.isOver) this.send(typeof document === 'string' ? document : Buffer.from(document).toString('utf8'));
    this.end(false);
  }

  error(_error: GatewayError, document: string): void {
    this.json(0, document);
  }

  cut(): void {
    this.json(0, JSON.stringify({ error: { code: INTERRUPTED.code, message: INTERRUPTED.message } }));
  }

  /** A JSON object, with the number of the turn put before its members. */
  private send(document: string): boolean {
    this.lastWriteMs = performance.now();
    return this.sink.send(`{"turn":${this.turn},${document.slice(1)}`);
  }

  private end(isWhole: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onOver(isWhole);
  }
}
