const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Lets only whole server-sent events through. An event larger than a frame comes in pieces, and when the next piece is
 * lost, an error written behind half an event would be neither.
 */
export class WholeEvents {
  private half: Uint8Array | null = null;

  /** What may be written now: everything up to the last blank line. */
  push(bytes: Uint8Array): Uint8Array {
    // Nearly always: workers send whole events, and only large ones are cut.
    if (this.half === null && endsEvent(bytes, bytes.length)) return bytes;
    const all = this.half === null ? bytes : Buffer.concat([this.half, bytes]);
    let end = all.length;
    while (end > 0 && !endsEvent(all, end)) end -= 1;
    this.half = end === all.length ? null : all.subarray(end);
    return end === 0 ? NOTHING : all.subarray(0, end);
  }

  /** What is left when the stream has ended well. */
  end(): Uint8Array {
    const { half } = this;
    this.half = null;
    return half ?? NOTHING;
  }
}

/** True when a blank line (LF, CR or CRLF) ends right before `at`. */
function endsEvent(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at - 1];
  const before = bytes[at - 2];
  if (last === CR) return before === CR;
  return last === LF && (before === LF || (before === CR && bytes[at - 3] === LF));
}
