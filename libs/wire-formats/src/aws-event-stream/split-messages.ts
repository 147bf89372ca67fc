import { PRELUDE_BYTES, readPrelude } from './read-message';

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const NOTHING: readonly Buffer[] = [];

/**
 * Cuts a byte stream into whole messages, whatever the chunk borders. A message inside one chunk is a view of that
 * chunk; only one that spans chunks is copied, once.
 */
export class SplitEventStreamMessages {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Of the message that has begun; null until its prelude is there. */
  private messageBytes: number | null = null;

  constructor(private readonly maxMessageBytes = MAX_MESSAGE_BYTES) {}

  /** The chunk must not be written to afterwards. @throws MalformedResponse for a prelude that is none. */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.heldBytes > 0) {
      this.held.push(chunk);
      this.heldBytes += chunk.length;
      if (this.heldBytes < (this.messageBytes ?? PRELUDE_BYTES)) return NOTHING;
      const joined = Buffer.concat(this.held, this.heldBytes);
      this.held = [];
      this.heldBytes = 0;
      return this.cut(joined);
    }
    return this.cut(chunk);
  }

  private cut(bytes: Buffer): readonly Buffer[] {
    const messages: Buffer[] = [];
    let start = 0;
    for (;;) {
      const left = bytes.length - start;
      if (this.messageBytes === null && left >= PRELUDE_BYTES) {
        this.messageBytes = readPrelude(bytes.subarray(start, start + PRELUDE_BYTES), this.maxMessageBytes);
      }
      if (this.messageBytes === null || left < this.messageBytes) break;
      messages.push(bytes.subarray(start, start + this.messageBytes));
      start += this.messageBytes;
      this.messageBytes = null;
    }
    if (start < bytes.length) {
      this.held.push(start === 0 ? bytes : bytes.subarray(start));
      this.heldBytes = bytes.length - start;
    }
    return messages;
  }
}
