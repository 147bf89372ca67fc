import type { NatsChannel } from './nats-channel';

/** How long the right to hear "no responders" is kept; the server answers within one round trip or never. */
const GENERATION_MS = 500;
const NO_RESPONDERS = 503;

/**
 * Hands messages to a queue group and learns at once when nobody is there: each message carries our own inbox as NATS
 * reply, and the server answers there with status 503 when the subject has no subscriber. The callback (and what it
 * holds on to) is forgotten after one to two generations.
 */
export class HandOver {
  private young = new Map<string, () => void>();
  private old = new Map<string, () => void>();
  private counter = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly channel: NatsChannel,
    private readonly inbox: string,
  ) {
    this.unsubscribe = channel.subscribeRaw(`${inbox}.*`, (message) => {
      if (message.headers?.code !== NO_RESPONDERS) return;
      const key = message.subject.slice(inbox.length + 1);
      const listener = this.young.get(key) ?? this.old.get(key);
      this.young.delete(key);
      this.old.delete(key);
      listener?.();
    });
    this.timer = setInterval(() => {
      this.old = this.young;
      this.young = new Map();
    }, GENERATION_MS);
    this.timer.unref();
  }

  /** `onNobody` runs at most once, only when the server says that nobody listens on `subject`. */
  send(subject: string, bytes: Uint8Array, onNobody: () => void): void {
    this.counter += 1;
    const key = this.counter.toString(36);
    this.young.set(key, onNobody);
    this.channel.publish(subject, bytes, `${this.inbox}.${key}`);
  }

  close(): void {
    clearInterval(this.timer);
    this.unsubscribe();
  }
}
