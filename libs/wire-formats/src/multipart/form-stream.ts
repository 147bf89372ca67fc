import { endOfBorder, endOfPartHead, MOST_PARTS } from './form-borders';
import { CUT_SHORT, type FormFault, HEAD_TOO_LONG, NO_START, TOO_MANY_PARTS } from './form-part';
import { type PartHead, readPartHead } from './read-part-head';

/** What a form holds, in its order: a part's head, then its bytes in any number of chunks. */
export type FormEvent =
  | { readonly type: 'part'; readonly head: PartHead }
  | { readonly type: 'content'; readonly bytes: Buffer }
  | { readonly type: 'fault'; readonly fault: FormFault };

type Place = 'start' | 'head' | 'content' | 'over';

const EMPTY = Buffer.alloc(0);

/**
 * Reads a form while it comes, as `splitForm` reads a whole one. Holds no more of it than a part's header lines, or
 * the bytes that may be the beginning of a border. Content given out is a view of the chunks put in.
 */
export class FormStream {
  private readonly delimiter: Buffer;
  private place: Place = 'start';
  private parts = 0;
  private isWhole = false;
  /** Bytes that could not be judged yet. */
  private rest: Buffer;
  /** How many of the last bytes could. */
  private judged = 0;

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    // The first boundary stands at the beginning of a line as all others do.
    this.rest = Buffer.from('\r\n');
  }

  /** After a fault there is nothing more to read. */
  push(chunk: Buffer): FormEvent[] {
    if (this.place === 'over') return [];
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const events: FormEvent[] = [];
    let at = 0;
    for (let next: number | null = at; next !== null; ) {
      at = next;
      next = this.place === 'head' ? this.readHead(bytes, at, events) : this.readContent(bytes, at, events);
    }
    this.rest = this.isOver ? EMPTY : Buffer.from(bytes.subarray(this.judged));
    return events;
  }

  /** Null when the form was whole. */
  end(): FormFault | null {
    if (this.isWhole) return null;
    if (this.place === 'start') return NO_START;
    return this.place === 'head' ? HEAD_TOO_LONG : CUT_SHORT;
  }

  private get isOver(): boolean {
    return this.place === 'over';
  }

  /** Where to read on; null when more bytes are needed, or none. */
  private readHead(bytes: Buffer, at: number, events: FormEvent[]): number | null {
    const end = endOfPartHead(bytes, at);
    if (end === 'unknown') return this.wait(at);
    if (end === null) return this.fail(HEAD_TOO_LONG, events);
    if (this.parts === MOST_PARTS) return this.fail(TOO_MANY_PARTS, events);
    const read = readPartHead(bytes.toString('utf8', at, end.textEnd));
    if (!read.ok) return this.fail(read, events);
    this.parts += 1;
    this.place = 'content';
    events.push({ type: 'part', head: read.head });
    return end.contentStart;
  }

  private readContent(bytes: Buffer, at: number, events: FormEvent[]): number | null {
    const { delimiter } = this;
    for (let found = bytes.indexOf(delimiter, at); found !== -1; found = bytes.indexOf(delimiter, found + 1)) {
      const end = endOfBorder(bytes, found + delimiter.length);
      if (end === 'longer') continue;
      if (!this.give(bytes.subarray(at, found), events)) return null;
      if (end === 'unknown') return this.wait(found);
      this.place = end === 'end' ? 'over' : 'head';
      this.isWhole = end === 'end';
      return end === 'end' ? null : end;
    }
    // The last bytes may be the first of a delimiter.
    const kept = Math.max(at, bytes.length - delimiter.length + 1);
    return this.give(bytes.subarray(at, kept), events) ? this.wait(kept) : null;
  }

  /** False when there must not be any content. */
  private give(content: Buffer, events: FormEvent[]): boolean {
    if (content.length === 0) return true;
    if (this.place === 'start') {
      this.fail(NO_START, events);
      return false;
    }
    events.push({ type: 'content', bytes: content });
    return true;
  }

  private wait(at: number): null {
    this.judged = at;
    return null;
  }

  private fail(fault: FormFault, events: FormEvent[]): null {
    this.place = 'over';
    events.push({ type: 'fault', fault });
    return null;
  }
}
