import type { Socket } from 'node:net';
import type { Logger } from '@gateway/telemetry';
import { SendQueue } from '../../send-queue';
import { encodeMessages, type LineMessage, MessageReader } from './line-protocol';

export interface LineOptions {
  readonly socket: Socket;
  readonly logger: Logger;
  /** Runs before messages leave: whatever must be on disk before anybody hears of it. */
  readonly beforeSend?: () => void;
  readonly onMessage: (line: Line, token: string, bytes: Buffer) => void;
  /** Once, when nothing more comes and nothing more can be sent. */
  readonly onOver: (line: Line) => void;
}

/** Either end of an open line. Messages come in their order or not at all; when one is lost, the line is over. */
export class Line {
  private over = false;
  private readonly reader = new MessageReader();
  private readonly queue = new SendQueue<LineMessage>((messages) => this.write(messages));

  constructor(private readonly options: LineOptions) {
    const { socket } = options;
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.close());
    socket.on('close', () => this.close());
    socket.on('error', () => this.close());
  }

  get isOpen(): boolean {
    return !this.over;
  }

  /** What is not urgent may wait 4 ms for others to go with it. What is sent on a line that is over is lost. */
  send(token: string, bytes: Uint8Array, urgent = true): void {
    this.queue.push({ token, bytes }, urgent);
  }

  /** Bytes that came together with the other end's hello. */
  receive(chunk: Buffer): void {
    try {
      this.reader.push(chunk, (token, bytes) => this.deliver(token, bytes));
    } catch (error) {
      this.options.logger.error({ error }, 'cannot read a line between edge and worker');
      this.close();
    }
  }

  /** What was sent so far still leaves. */
  close(): void {
    if (this.over) return;
    this.queue.flush();
    this.over = true;
    this.options.socket.destroySoon();
    this.options.onOver(this);
  }

  /** This runs in a socket's callback, where a throw would end the process. */
  private deliver(token: string, bytes: Buffer): void {
    if (this.over) return;
    try {
      this.options.onMessage(this, token, bytes);
    } catch (error) {
      this.options.logger.error({ error }, 'a message on a line could not be handled');
    }
  }

  private write(messages: readonly LineMessage[]): void {
    if (this.over || messages.length === 0) return;
    this.options.beforeSend?.();
    this.options.socket.write(encodeMessages(messages));
  }
}
