import type { NatsChannel } from './nats-channel';

/** Messages sent within this time share one question to the server. */
const GENERATION_MS = 20;
const NO_RESPONDERS = 503;

type Listeners = Map<string, () => void>;

/**
 * Hands messages to a queue group and learns at once when nobody is there: each message carries our own inbox as NATS
 * reply, and the server answers there with status 503 when the subject has no subscriber. It answers in order: once it
 * has answered a ping, nothing more will come for the messages before it, and their callbacks are forgotten. That must be
 * soon, since each holds on to a whole request.
 */
export class HandOver {
  private young: Listeners = new Map();
  /** In the order in which they were asked about. */
  private readonly asked: Listeners[] = [];
  private counter = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly channel: NatsChannel,
    private readonly inbox: string,
  ) {
    this.unsubscribe = channel.subscribeRaw(`${inbox}.*`, (message) => {
      if (message.headers?.code !== NO_RESPONDERS) return;
      this.take(message.subject.slice(inbox.length + 1))?.();
    });
  }

  /** Callbacks not yet forgotten. */
  get pending(): number {
    return [this.young, ...this.asked].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  /** `onNobody` runs at most once, only when the server says that nobody listens on `subject`. */
  send(subject: string, bytes: Uint8Array, onNobody: () => void): void {
    this.counter += 1;
    const key = this.counter.toString(36);
    this.young.set(key, onNobody);
    this.timer ??= setTimeout(() => void this.askWhatCame(), GENERATION_MS);
    this.channel.publish(subject, bytes, `${this.inbox}.${key}`);
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.unsubscribe();
  }

  private take(key: string): (() => void) | undefined {
    for (const listeners of [this.young, ...this.asked]) {
      const listener = listeners.get(key);
      if (listener === undefined) continue;
      listeners.delete(key);
      return listener;
    }
    return undefined;
  }

  private async askWhatCame(): Promise<void> {
    this.timer = null;
    const listeners = this.young;
    this.young = new Map();
    this.asked.push(listeners);
    // Without a connection there is no answer either: the edge notices the silence.
    await this.channel.flush().catch(() => undefined);
    this.asked.splice(this.asked.indexOf(listeners), 1);
  }
}
