/** The edge answers at once or is gone; it hands the request to somebody else before this. */
const GIVE_UP_MS = 5_000;

interface Awaited {
  readonly bodyBytes: number;
  readonly timer: NodeJS.Timeout;
  readonly onWhole: (body: Buffer) => void;
  /** What came over NATS so far. */
  pieces: Buffer | null;
  receivedBytes: number;
}

/** Bodies on their way from the edges to requests that were taken here, by reply address. */
export class BodyCollector {
  private readonly awaited = new Map<string, Awaited>();

  /** `onWhole` is called once, when every byte has come; never after `drop`. */
  expect(key: string, bodyBytes: number, onWhole: (body: Buffer) => void): void {
    this.awaited.set(key, {
      bodyBytes,
      timer: setTimeout(() => this.drop(key), GIVE_UP_MS).unref(),
      onWhole,
      pieces: null,
      receivedBytes: 0,
    });
  }

  isExpected(key: string): boolean {
    return this.awaited.has(key);
  }

  /** The body came at once, not over NATS. */
  whole(key: string, body: Buffer): void {
    const waiting = this.awaited.get(key);
    this.drop(key);
    waiting?.onWhole(body);
  }

  /** Pieces come in order and once each: one edge sends them over one connection. Anything else is left out. */
  piece(key: string, offset: number, bytes: Uint8Array): void {
    const waiting = this.awaited.get(key);
    if (!waiting || offset !== waiting.receivedBytes || offset + bytes.length > waiting.bodyBytes) return;
    waiting.pieces ??= Buffer.allocUnsafe(waiting.bodyBytes);
    waiting.pieces.set(bytes, offset);
    waiting.receivedBytes += bytes.length;
    if (waiting.receivedBytes === waiting.bodyBytes) this.whole(key, waiting.pieces);
  }

  drop(key: string): void {
    clearTimeout(this.awaited.get(key)?.timer);
    this.awaited.delete(key);
  }
}
