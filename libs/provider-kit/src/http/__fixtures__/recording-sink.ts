import type { ProviderFailure } from '@gateway/domain';
import type { ProviderResponseHead } from '../../chat-adapter';
import type { ResponseSink } from '../../provider-http';

export type SinkEvent = 'head' | 'data' | 'end' | 'failure';

/** Writes down what it hears, and lets a test react to it or wait for it. */
export class RecordingSink implements ResponseSink {
  readonly events: SinkEvent[] = [];
  head: ProviderResponseHead | null = null;
  failure: ProviderFailure | null = null;
  private readonly chunks: Buffer[] = [];
  private readonly watchers: { readonly isReached: () => boolean; readonly resolve: () => void }[] = [];

  constructor(private readonly react: (event: SinkEvent, sink: RecordingSink) => void = () => {}) {}

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  get terminals(): SinkEvent[] {
    return this.events.filter((event) => event === 'end' || event === 'failure');
  }

  onHead(head: ProviderResponseHead): void {
    this.head = head;
    this.note('head');
  }

  onData(data: Buffer): void {
    this.chunks.push(data);
    this.note('data');
  }

  onEnd(): void {
    this.note('end');
  }

  onFailure(failure: ProviderFailure): void {
    this.failure = failure;
    this.note('failure');
  }

  /** Resolves when the response is over. */
  over(): Promise<void> {
    return this.until(() => this.terminals.length > 0);
  }

  until(isReached: () => boolean): Promise<void> {
    if (isReached()) return Promise.resolve();
    return new Promise((resolve) => this.watchers.push({ isReached, resolve }));
  }

  private note(event: SinkEvent): void {
    this.events.push(event);
    try {
      this.react(event, this);
    } finally {
      this.wake();
    }
  }

  /** Lets `until` look again; for conditions that change without an event. */
  wake(): void {
    for (const watcher of this.watchers) if (watcher.isReached()) watcher.resolve();
  }
}
