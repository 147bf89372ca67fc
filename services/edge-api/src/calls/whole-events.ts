const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);
/** The longest end of an event looks back so far: LF CR LF. */
const LOOK_BACK_BYTES = 2;

/**
 * Lets only whole server-sent events through. An event larger than a frame comes in pieces, and when the next piece is
 * lost, an error written behind half an event would be neither. Every piece is looked through and copied once.
 */
export class WholeEvents {
  /** Pieces of the event that has begun; no event ends in them. */
  private held: Uint8Array[] = [];
  /** The last bytes of what is held. */
  private tail: Uint8Array = NOTHING;

  /** What may be written now: everything up to the last blank line. */
  push(bytes: Uint8Array): Uint8Array {
    // Nearly always: workers send whole events, and only large ones are cut.
    if (this.held.length === 0 && this.endsEvent(bytes, bytes.length)) return bytes;
    let end = bytes.length;
    while (end > 0 && !this.endsEvent(bytes, end)) end -= 1;
    if (end === 0) {
      this.hold(bytes);
      return NOTHING;
    }
    const whole = bytes.subarray(0, end);
    const written = this.held.length === 0 ? whole : Buffer.concat([...this.held, whole]);
    this.held = [];
    this.tail = NOTHING;
    if (end < bytes.length) this.hold(bytes.subarray(end));
    return written;
  }

  /** What is left when the stream has ended well. */
  end(): Uint8Array {
    const { held } = this;
    this.held = [];
    this.tail = NOTHING;
    return held.length === 0 ? NOTHING : Buffer.concat(held);
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes);
    const tail = bytes.length < LOOK_BACK_BYTES ? [...this.tail, ...bytes] : [...bytes.subarray(-LOOK_BACK_BYTES)];
    this.tail = Uint8Array.from(tail.slice(-LOOK_BACK_BYTES));
  }

  /** True when a blank line (LF, CR or CRLF) ends right before `at`; it may have begun in what is held. */
  private endsEvent(bytes: Uint8Array, at: number): boolean {
    const last = bytes[at - 1];
    if (last !== LF && last !== CR) return false;
    const before = this.byteAt(bytes, at - 2);
    if (last === CR) return before === CR;
    return before === LF || (before === CR && this.byteAt(bytes, at - 3) === LF);
  }

  private byteAt(bytes: Uint8Array, index: number): number | undefined {
    return index < 0 ? this.tail[this.tail.length + index] : bytes[index];
  }
}
