import { MalformedResponse } from '../malformed-response';

const LINE_FEED = 0x0a;
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Cuts a byte stream into lines without their ends, whatever the chunk borders; one per stream. Empty lines are left out. */
export class SplitLines {
  private held: Buffer[] = [];
  private heldBytes = 0;

  constructor(private readonly maxLineBytes = MAX_LINE_BYTES) {}

  /** @throws MalformedResponse when one line is larger than the limit. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.hold(chunk.subarray(start, end));
      const line = this.take();
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return lines;
  }

  /** What came after the last line end, or null. */
  end(): string | null {
    const rest = this.take();
    return rest === '' ? null : rest;
  }

  private hold(bytes: Buffer): void {
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes > this.maxLineBytes)
      throw new MalformedResponse(`the provider sent a line of more than ${this.maxLineBytes} bytes`);
  }

  private take(): string {
    const [only] = this.held;
    const bytes = this.held.length === 1 && only ? only : Buffer.concat(this.held, this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
    return bytes.toString('utf8').trim();
  }
}
