import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { eventually } from '@gateway/testkit';

export type Dialect = 'openai' | 'anthropic';
/** Whom a client may speak to us as: also in the gateway's own words. */
export type ClientDialect = Dialect | 'native';

export interface ConversationOptions {
  readonly url: string;
  readonly key: string;
  readonly dialect: ClientDialect;
  readonly model: string;
  readonly stream?: boolean;
  readonly prompt?: string;
}

/** One server-sent event as the client sees it. */
export interface SeenEvent {
  readonly event: string | undefined;
  readonly data: string;
}

const PATHS: Readonly<Record<ClientDialect, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
  native: '/v1/gateway/chat',
};
/** Only ends a test that would otherwise hang. */
const PATIENCE_MS = 120_000;

/**
 * A client of one chat request, on a bare socket of its own: it can stop reading, leave in the middle, and tells an
 * answer that ended from a connection that broke.
 */
export class Conversation {
  readonly startedMs = performance.now();
  status: number | null = null;
  headers: IncomingMessage['headers'] = {};
  text = '';
  /** `reset` when the connection ended before the answer did. */
  ending: 'complete' | 'reset' | null = null;
  headMs: number | null = null;
  endedMs: number | null = null;
  private readonly outgoing: ClientRequest;
  private incoming: IncomingMessage | null = null;

  private constructor(readonly options: ConversationOptions) {
    const { url, key, dialect, model, stream = true, prompt = 'Tell me about rivers' } = options;
    const body = JSON.stringify({
      model,
      ...(dialect === 'native' ? { parameters: { max_tokens: 1_000_000 } } : { max_tokens: 1_000_000 }),
      messages: [{ role: 'user', content: prompt }],
      stream,
    });
    this.outgoing = request(`${url}${PATHS[dialect]}`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'anthropic-version': '2023-06-01',
      },
    });
    this.outgoing.on('response', (incoming) => this.onHead(incoming));
    this.outgoing.on('error', () => this.close('reset'));
    this.outgoing.end(body);
  }

  static start(options: ConversationOptions): Conversation {
    return new Conversation(options);
  }

  /** The answer of a request that is let run to its end. */
  static ask(options: ConversationOptions): Promise<Conversation> {
    return Conversation.start(options).over();
  }

  get requestId(): string {
    return String(this.headers['x-request-id'] ?? '');
  }

  get tookMs(): number {
    return (this.endedMs ?? performance.now()) - this.startedMs;
  }

  /** Whole events so far. */
  get events(): SeenEvent[] {
    const whole = this.text.slice(0, this.text.lastIndexOf('\n\n') + 2);
    return whole.split('\n\n').flatMap(readEvent);
  }

  /** Pieces of the answer's text so far. */
  get pieces(): string[] {
    return this.events.flatMap((event) => pieceOf(this.options.dialect, event));
  }

  get errors(): SeenEvent[] {
    return this.events.filter((event) => isError(this.options.dialect, event));
  }

  /** True when the dialect's sign of success was sent. */
  get saidDone(): boolean {
    return this.events.some(
      ({ event, data }) => event === 'message_stop' || data === '[DONE]' || data.startsWith('{"done":true'),
    );
  }

  head(): Promise<unknown> {
    return eventually('the response head', () => this.status !== null || this.ending !== null, PATIENCE_MS);
  }

  /** Resolves when so many pieces of text have arrived. */
  async said(pieces: number): Promise<void> {
    const enough = (): boolean => this.pieces.length >= pieces || this.ending !== null;
    await eventually(`${pieces} pieces of the answer`, enough, PATIENCE_MS);
    if (this.pieces.length < pieces) throw new Error(`the answer ended early: ${this.status} ${this.text.slice(-400)}`);
  }

  async over(withinMs = PATIENCE_MS): Promise<this> {
    await eventually(`the end of the answer of ${this.options.model}`, () => this.ending !== null, withinMs);
    return this;
  }

  /** Reads nothing more, so that the sockets between fill up. */
  stopReading(): void {
    this.incoming?.pause();
  }

  readOn(): void {
    this.incoming?.resume();
  }

  /** Closes the connection, as a client that lost interest. */
  leave(): void {
    this.outgoing.destroy();
  }

  private onHead(incoming: IncomingMessage): void {
    this.incoming = incoming;
    this.headMs = performance.now() - this.startedMs;
    this.headers = incoming.headers;
    this.status = incoming.statusCode ?? 0;
    incoming.setEncoding('utf8');
    incoming.on('data', (text: string) => {
      this.text += text;
    });
    incoming.on('end', () => this.close(incoming.complete ? 'complete' : 'reset'));
    incoming.on('error', () => this.close('reset'));
    incoming.on('close', () => this.close('reset'));
  }

  private close(ending: 'complete' | 'reset'): void {
    if (this.ending !== null) return;
    this.ending = ending;
    this.endedMs = performance.now();
  }
}

function readEvent(block: string): SeenEvent[] {
  const lines = block.split('\n');
  const field = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const data = field('data');
  return data === undefined ? [] : [{ event: field('event'), data }];
}

function pieceOf(dialect: ClientDialect, { data }: SeenEvent): string[] {
  if (data === '[DONE]') return [];
  const document = JSON.parse(data) as {
    choices?: { delta?: { content?: string } }[];
    delta?: { type?: string; text?: string };
    token?: string;
  };
  const texts = {
    openai: document.choices?.[0]?.delta?.content,
    anthropic: document.delta?.text,
    native: document.token,
  };
  const text = texts[dialect];
  return text ? [text] : [];
}

function isError(dialect: ClientDialect, { event, data }: SeenEvent): boolean {
  if (data === '[DONE]') return false;
  const document = JSON.parse(data) as { type?: string; error?: { message?: string } };
  if (dialect !== 'anthropic') return document.error !== undefined;
  return event === 'error' && document.type === 'error' && document.error !== undefined;
}
