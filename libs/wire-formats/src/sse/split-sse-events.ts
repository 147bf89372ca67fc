import { MalformedResponse } from '../malformed-response';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const MAX_EVENT_BYTES = 4 * 1024 * 1024;
const NO_EVENTS: readonly Buffer[] = [];

/** Where the splitter stands between two bytes. */
enum At {
  /** Nothing of the next event has come yet; stray line ends here belong to no event. */
  Fresh,
  /** Inside a line that has bytes. */
  Line,
  /** Just after the CR that ended a line: an LF would belong to it. */
  AfterCr,
  /** At the start of a line, its predecessor ended by LF: one more line end closes the event. */
  LineStart,
  /** The blank line came as a CR after an LF: an LF would still belong to it. */
  AfterBlankCr,
}

/**
 * Cuts a provider's byte stream into whole server-sent events, whatever the chunk borders: inside a UTF-8 sequence,
 * between CR and LF, inside the byte-order mark. Every byte is looked at once. An event inside one chunk is a view of
 * that chunk; only one that spans chunks is copied, once.
 */
export class SplitSseEvents {
  private at = At.Fresh;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private markBytes = 0;

  constructor(private readonly maxEventBytes = MAX_EVENT_BYTES) {}

  /**
   * Events that became whole with this chunk, each with its blank line. The chunk must not be written to afterwards.
   * @throws MalformedResponse when one event is larger than the limit.
   */
  push(chunk: Buffer): readonly Buffer[] {
    let events: Buffer[] | null = null;
    // Without a CR anywhere, the end of a long line can be found by memchr instead of byte by byte.
    const lineFeedsOnly = !chunk.includes(CARRIAGE_RETURN);
    let index = this.markBytes < BYTE_ORDER_MARK.length ? this.skipByteOrderMark(chunk) : 0;
    let start = index;
    while (index < chunk.length) {
      if (lineFeedsOnly && this.at === At.Line) {
        index = chunk.indexOf(LINE_FEED, index);
        if (index === -1) break;
      }
      const before = this.at;
      const closes = this.step(chunk[index]!);
      // A lone CR was the whole blank line: this byte already belongs to the next event and is looked at again.
      if (!(closes && before === At.AfterBlankCr && chunk[index] !== LINE_FEED)) index += 1;
      if (closes) {
        events ??= [];
        events.push(this.take(chunk, start, index));
        start = index;
      } else if (this.at === At.Fresh) start = index;
    }
    this.hold(chunk, start);
    return events ?? NO_EVENTS;
  }

  /** What came after the last whole event, or null. Not null means that the stream was cut, or closed sloppily. */
  end(): Buffer | null {
    const rest = Buffer.concat(this.held, this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
    this.at = At.Fresh;
    return rest.length > 0 ? rest : null;
  }

  /** Moves over one byte; true when the event is closed before or with it. */
  private step(byte: number): boolean {
    if (byte === LINE_FEED) {
      const closes = this.at === At.LineStart || this.at === At.AfterBlankCr;
      if (closes) this.at = At.Fresh;
      else if (this.at !== At.Fresh) this.at = At.LineStart;
      return closes;
    }
    if (this.at === At.AfterBlankCr) {
      this.at = At.Fresh;
      return true;
    }
    if (byte !== CARRIAGE_RETURN) {
      this.at = At.Line;
      return false;
    }
    if (this.at === At.Line) this.at = At.AfterCr;
    else if (this.at === At.LineStart) this.at = At.AfterBlankCr;
    else if (this.at === At.AfterCr) {
      // CR CR: closed at once, since waiting for an LF could hold the last event of a quiet stream back. If an LF
      // follows after all, it is a stray line end before the next event.
      this.at = At.Fresh;
      return true;
    }
    return false;
  }

  private take(chunk: Buffer, start: number, end: number): Buffer {
    const view = chunk.subarray(start, end);
    this.refuseOver(this.heldBytes + view.length);
    if (this.held.length === 0) return view;
    this.held.push(view);
    const event = Buffer.concat(this.held, this.heldBytes + view.length);
    this.held = [];
    this.heldBytes = 0;
    return event;
  }

  private hold(chunk: Buffer, start: number): void {
    if (start >= chunk.length) return;
    this.held.push(start === 0 ? chunk : chunk.subarray(start));
    this.heldBytes += chunk.length - start;
    this.refuseOver(this.heldBytes);
  }

  private refuseOver(eventBytes: number): void {
    if (eventBytes > this.maxEventBytes)
      throw new MalformedResponse(`the provider sent an event of more than ${this.maxEventBytes} bytes`);
  }

  /** Only the first bytes of a stream can be a mark. Returns where the text begins in this chunk. */
  private skipByteOrderMark(chunk: Buffer): number {
    let index = 0;
    while (index < chunk.length && this.markBytes < BYTE_ORDER_MARK.length) {
      if (chunk[index] !== BYTE_ORDER_MARK[this.markBytes]) {
        this.markBytes = BYTE_ORDER_MARK.length;
        return index;
      }
      this.markBytes += 1;
      index += 1;
    }
    return index;
  }
}
