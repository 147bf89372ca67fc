import {
  CREDIT_WINDOW_BYTES,
  CREDIT_WINDOW_MESSAGES,
  type EndFrame,
  type ErrorFrame,
  FrameBatch,
  type HeartbeatFrame,
  type StartFrame,
} from '@gateway/contracts';

/** Largest piece of an answer in one frame: well under NATS' 1 MB message limit and a fraction of the window. */
const MAX_PART_BYTES = 64 * 1024;

export interface ReplyStreamOptions {
  readonly subject: string;
  readonly publish: (subject: string, bytes: Uint8Array) => void;
  /** Called with `true` when the window is used up and with `false` when there is credit again. */
  readonly onBlocked: (blocked: boolean) => void;
  readonly nowMs: () => number;
}

/**
 * The worker's end of one answer: numbers frames, joins those of one tick into one message, and keeps to the credit
 * window. Being over the window does not lose anything: parts already handed in are sent, and the source is told to
 * pause, so the overrun is at most what was in flight from the provider's socket.
 */
export class ReplyStream {
  private readonly batch = new FrameBatch();
  private sentBytes = 0;
  private sentMessages = 0;
  private consumedBytes = 0;
  private consumedMessages = 0;
  private blocked = false;
  private flushQueued = false;
  private closed = false;
  /** When the last message left; a stream that was quiet for a while sends a heartbeat. */
  lastSentMs: number;
  /** Since when the window has been used up without any credit; null while there is credit. */
  blockedSinceMs: number | null = null;

  constructor(private readonly options: ReplyStreamOptions) {
    this.lastSentMs = options.nowMs();
  }

  start(frame: StartFrame): void {
    this.batch.start(frame);
    this.queueFlush();
  }

  part(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_PART_BYTES) {
      this.batch.part(bytes.length <= MAX_PART_BYTES ? bytes : bytes.subarray(at, at + MAX_PART_BYTES));
      if (this.batch.bytes >= MAX_PART_BYTES) this.flush();
    }
    this.queueFlush();
  }

  end(frame: EndFrame): void {
    this.batch.end(frame);
    this.finish();
  }

  error(frame: ErrorFrame): void {
    this.batch.error(frame);
    this.finish();
  }

  heartbeat(frame: HeartbeatFrame): void {
    if (this.closed) return;
    this.batch.heartbeat(frame);
    this.flush();
  }

  /** The edge's cumulative count of what reached the client. */
  credit(consumedBytes: number, consumedMessages: number): void {
    this.consumedBytes = Math.max(this.consumedBytes, consumedBytes);
    this.consumedMessages = Math.max(this.consumedMessages, consumedMessages);
    if (this.blockedSinceMs !== null) this.blockedSinceMs = this.options.nowMs();
    this.checkWindow();
  }

  private finish(): void {
    this.flush();
    this.closed = true;
  }

  private queueFlush(): void {
    if (this.flushQueued) return;
    this.flushQueued = true;
    queueMicrotask(() => {
      this.flushQueued = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.batch.isEmpty) return;
    const message = this.batch.take();
    this.sentBytes += message.length;
    this.sentMessages += 1;
    this.lastSentMs = this.options.nowMs();
    this.options.publish(this.options.subject, message);
    this.checkWindow();
  }

  private checkWindow(): void {
    const full =
      this.sentBytes - this.consumedBytes >= CREDIT_WINDOW_BYTES ||
      this.sentMessages - this.consumedMessages >= CREDIT_WINDOW_MESSAGES;
    if (full === this.blocked) return;
    this.blocked = full;
    this.blockedSinceMs = full ? this.options.nowMs() : null;
    this.options.onBlocked(full);
  }
}
