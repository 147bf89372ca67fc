/** The edge answers at once or is gone; it hands the request to somebody else before this. */
const GIVE_UP_MS = 5_000;

interface Awaited {
  readonly body: Buffer;
  readonly timer: NodeJS.Timeout;
  readonly onWhole: (body: Buffer) => void;
  receivedBytes: number;
}

/** Bodies on their way from the edges to requests that were taken here, by reply address. */
export class BodyCollector {
  private readonly awaited = new Map<string, Awaited>();

  /** `onWhole` is called once, when every byte has come; never after `drop`. */
  expect(key: string, bodyBytes: number, onWhole: (body: Buffer) => void): void {
    this.awaited.set(key, {
      body: Buffer.allocUnsafe(bodyBytes),
      timer: setTimeout(() => this.drop(key), GIVE_UP_MS).unref(),
      onWhole,
      receivedBytes: 0,
    });
  }

  /** Pieces come in order and once each: one edge sends them over one connection. Anything else is left out. */
  piece(key: string, offset: number, bytes: Uint8Array): void {
    const waiting = this.awaited.get(key);
    if (!waiting || offset !== waiting.receivedBytes || offset + bytes.length > waiting.body.length) return;
    waiting.body.set(bytes, offset);
    waiting.receivedBytes += bytes.length;
    if (waiting.receivedBytes < waiting.body.length) return;
    this.drop(key);
    waiting.onWhole(waiting.body);
  }

  drop(key: string): void {
    clearTimeout(this.awaited.get(key)?.timer);
    this.awaited.delete(key);
  }
}
