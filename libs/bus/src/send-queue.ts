/** A fraction of the pause between two tokens of any model, and nobody sees it; the first token never waits. */
const SOON_MS = 4;

/**
 * Collects what is sent during a turn of the event loop, so that it leaves in one system call. What is not urgent may wait
 * 4 ms for others to go with it. Order is kept among all of it.
 */
export class SendQueue<Item> {
  private items: Item[] = [];
  private sendQueued = false;
  private soonTimer: NodeJS.Timeout | null = null;

  constructor(private readonly send: (items: readonly Item[]) => void) {}

  push(item: Item, urgent = true): void {
    this.items.push(item);
    if (this.sendQueued) return;
    if (urgent) {
      this.sendQueued = true;
      setImmediate(() => this.flush());
    } else {
      this.soonTimer ??= setTimeout(() => this.flush(), SOON_MS);
    }
  }

  flush(): void {
    const { items } = this;
    this.items = [];
    this.sendQueued = false;
    if (this.soonTimer) clearTimeout(this.soonTimer);
    this.soonTimer = null;
    this.send(items);
  }
}
