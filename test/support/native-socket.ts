import { eventually } from '@gateway/testkit';
import WebSocket from 'ws';

export interface SeenFrame {
  readonly turn: number | null;
  readonly start?: true;
  readonly request_id?: string;
  readonly token?: string;
  readonly cost_usd?: number;
  readonly done?: true;
  readonly total_cost_usd?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly param: string | null };
}

/** One connection to the native API, with everything it was told. */
export class NativeSocket {
  readonly frames: SeenFrame[] = [];
  /** Of the close, once there was one. */
  closed: { readonly code: number; readonly reason: string } | null = null;
  /** Of the answer to a handshake that was refused. */
  refusedWith: number | null = null;
  readonly socket: WebSocket;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/gateway/ws`, { headers });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data)) as SeenFrame));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      this.refusedWith = statusCode;
    });
    this.socket.on('error', () => undefined);
  }

  /** With this key, once the connection is open. */
  static async open(url: string, key: string): Promise<NativeSocket> {
    const opened = new NativeSocket(url, { authorization: `Bearer ${key}` });
    await eventually('the connection', () => opened.socket.readyState === WebSocket.OPEN);
    return opened;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  ask(content: string, more: object = {}): void {
    this.say({ type: 'message', content, ...more });
  }

  of(turn: number): SeenFrame[] {
    return this.frames.filter((frame) => frame.turn === turn);
  }

  textOf(turn: number): string {
    return this.of(turn)
      .map(({ token = '' }) => token)
      .join('');
  }

  /** What ended the turn. */
  over(turn: number): Promise<SeenFrame> {
    return eventually(`the end of turn ${turn}`, () => this.of(turn).find(({ done, error }) => done ?? error));
  }

  /** Resolves when so many pieces of text of the turn have come. */
  said(turn: number, pieces: number): Promise<unknown> {
    return eventually(
      `${pieces} pieces of turn ${turn}`,
      () => this.of(turn).filter(({ token }) => token !== undefined).length >= pieces,
    );
  }

  /** What was complained about beside the turns. */
  complaint(count = 1): Promise<SeenFrame> {
    return eventually('a complaint', () => this.frames.filter(({ turn }) => turn === null)[count - 1]);
  }

  close(): Promise<{ readonly code: number; readonly reason: string }> {
    return eventually('the connection to close', () => this.closed ?? undefined);
  }

  refusal(): Promise<number> {
    return eventually('the handshake to be refused', () => this.refusedWith ?? undefined);
  }
}
