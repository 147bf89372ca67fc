import type { BatchProgress } from '@gateway/contracts';
import type { LinePlace } from './line-reader';

/** Which lines of a batch are done, however their answers come in. */
export class OpenLines {
  private readonly open = new Map<number, { readonly place: LinePlace; readonly bytes: number }>();
  private readonly done: Set<number>;
  /** Of the lines that are open. */
  bytes = 0;
  peakBytes = 0;

  constructor(progress: BatchProgress) {
    this.done = new Set(progress.doneAhead);
  }

  get count(): number {
    return this.open.size;
  }

  isDone(line: number): boolean {
    return this.done.has(line);
  }

  /** Lines are begun in their order. */
  begin(place: LinePlace, bytes: number): void {
    this.open.set(place.line, { place, bytes });
    this.bytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  finish(line: number): void {
    this.bytes -= this.open.get(line)?.bytes ?? 0;
    this.open.delete(line);
    this.done.add(line);
  }

  /** How many lines there are from the first open one to the next. */
  span(next: LinePlace): number {
    return next.line - this.firstOpen(next).line;
  }

  /** `next`: the first line that was not begun. */
  progress(next: LinePlace): BatchProgress {
    const first = this.firstOpen(next);
    for (const line of this.done) if (line < first.line) this.done.delete(line);
    return { line: first.line, piece: first.piece, offset: first.offset, doneAhead: [...this.done] };
  }

  private firstOpen(next: LinePlace): LinePlace {
    // Insertion order is line order.
    for (const { place } of this.open.values()) return place;
    return next;
  }
}
