/** Where a line begins in a file of pieces. */
export interface LinePlace {
  /** Counted from 0, empty lines too. */
  readonly line: number;
  readonly piece: number;
  readonly offset: number;
}

export interface InputLine extends LinePlace {
  /** Without its end; null when it is too long to be held. */
  readonly bytes: Buffer | null;
  /** Where the line after it begins. */
  readonly after: LinePlace;
}

export interface LineSource {
  /** Null beyond the last piece. */
  readPiece(number: number): Promise<Uint8Array | null>;
  readonly mostLineBytes: number;
}

const LINE_FEED = 0x0a;
/** What is given out between two turns of the event loop: reading it takes about a millisecond, and streams share the loop. */
const TURN_BYTES = 64 * 1024;

/**
 * The lines of a file, read a piece at a time and given out one at a time, so that no more than one piece and one line are
 * held. Can begin at any line whose place is known.
 */
export class LineReader {
  private next: LinePlace;
  private givenBytes = 0;

  constructor(
    private readonly source: LineSource,
    start: LinePlace,
  ) {
    this.next = start;
  }

  async *lines(): AsyncGenerator<InputLine> {
    let begun: Buffer[] = [];
    let begunBytes = 0;
    let { piece, offset: from } = this.next;
    for (; ; piece += 1, from = 0) {
      const read = await this.source.readPiece(piece);
      if (read === null) break;
      const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
      let at = from;
      for (let end = bytes.indexOf(LINE_FEED, at); end !== -1; end = bytes.indexOf(LINE_FEED, at)) {
        begunBytes += end - at;
        begun.push(bytes.subarray(at, end));
        at = end + 1;
        await this.shareLoop(begunBytes);
        yield this.take(begun, begunBytes, { piece, offset: at });
        begun = [];
        begunBytes = 0;
      }
      begunBytes += bytes.length - at;
      // Of a line that is too long nothing but its length is kept.
      if (begunBytes > this.source.mostLineBytes) begun = [];
      else if (at < bytes.length) begun.push(bytes.subarray(at));
    }
    if (begunBytes > 0) yield this.take(begun, begunBytes, { piece, offset: 0 });
  }

  /** Lets others have their turn, now and then. */
  private async shareLoop(bytes: number): Promise<void> {
    this.givenBytes += bytes;
    if (this.givenBytes < TURN_BYTES) return;
    this.givenBytes = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }

  private take(parts: readonly Buffer[], length: number, end: Omit<LinePlace, 'line'>): InputLine {
    const place = this.next;
    this.next = { line: place.line + 1, ...end };
    return {
      ...place,
      after: this.next,
      bytes: length > this.source.mostLineBytes ? null : Buffer.concat(parts, length),
    };
  }
}
