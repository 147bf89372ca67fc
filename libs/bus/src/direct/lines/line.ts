import type { Socket } from 'node:net';
import { StandStill } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import { SendQueue } from '../../send-queue';
import { encodeMessages, type LineMessage, MessageReader } from './line-protocol';

/** Each end says something so often: TCP alone takes a quarter of an hour to notice that nothing comes any more. */
const SIGN_OF_LIFE_MS = 5_000;
const SILENCE_MS = 15_000;
/** A turn that comes so late means that this process was held up, and what came meanwhile is still unread. */
const HELD_UP_MS = SIGN_OF_LIFE_MS + 1_000;
/** No answer has this token. */
const NOBODY = '';
const NOTHING = new Uint8Array(0);

export interface LineOptions {
  readonly socket: Socket;
  readonly logger: Logger;
  /** Runs before messages leave: whatever must be on disk before anybody hears of it. */
  readonly beforeSend?: () => void;
  readonly onMessage: (line: Line, token: string, bytes: Buffer) => void;
  /** Once, when nothing more comes and nothing more can be sent. */
  readonly onOver: (line: Line) => void;
  readonly nowMs?: () => number;
}

/** Either end of an open line. Messages come in their order or not at all; when one is lost, the line is over. */
export class Line {
  private over = false;
  private lastHeardMs: number;
  private readonly nowMs: () => number;
  private readonly standStill: StandStill;
  private readonly timer: NodeJS.Timeout;
  private readonly reader = new MessageReader();
  private readonly queue = new SendQueue<LineMessage>((messages) => this.write(messages));

  constructor(private readonly options: LineOptions) {
    const { socket, nowMs = () => performance.now() } = options;
    this.nowMs = nowMs;
    this.lastHeardMs = nowMs();
    this.standStill = new StandStill(HELD_UP_MS, nowMs());
    this.timer = setInterval(() => this.tick(), SIGN_OF_LIFE_MS);
    this.timer.unref();
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
    this.lastHeardMs = this.nowMs();
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
    clearInterval(this.timer);
    this.options.socket.destroySoon();
    this.guarded(() => this.options.onOver(this));
  }

  private deliver(token: string, bytes: Buffer): void {
    if (!this.over && token !== NOBODY) this.guarded(() => this.options.onMessage(this, token, bytes));
  }

  /** Listeners run in a socket's callback, where a throw would end the process. */
  private guarded(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.options.logger.error({ error }, 'a listener of a line between edge and worker failed');
    }
  }

  private tick(): void {
    const nowMs = this.nowMs();
    if (this.standStill.passes(nowMs)) return;
    if (nowMs - this.lastHeardMs <= SILENCE_MS) {
      this.send(NOBODY, NOTHING);
      return;
    }
    this.close();
    // Nobody takes what has not left yet.
    this.options.socket.destroy();
  }

  private write(messages: readonly LineMessage[]): void {
    if (this.over || messages.length === 0) return;
    this.options.beforeSend?.();
    this.options.socket.write(encodeMessages(messages));
  }
}
