import type { Socket } from 'node:net';
import type { LinkWeather } from './chaos-link';

interface Parcel {
  /** Null is the end of the stream. */
  readonly bytes: Buffer | null;
  readonly arrivedAtMs: number;
}

/** Beyond this the sender is not read any more, so that it feels back-pressure like on a real link. */
const MAX_HELD_BYTES = 256 * 1024;
/** With a bandwidth limit, data leaves in slices of this share of a second. */
const SLICES_PER_SECOND = 50;

/** One direction of a connection. Bytes are never lost or reordered; trouble only decides when they go on. */
export class ChaosPipe {
  private readonly held: Parcel[] = [];
  private heldBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private notBeforeMs = 0;
  private isStopped = false;

  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
    private weather: LinkWeather,
  ) {
    source.on('data', (bytes: Buffer) => this.receive(bytes));
    source.on('end', () => this.hold({ bytes: null, arrivedAtMs: Date.now() }));
    sink.on('drain', () => this.forward());
  }

  apply(weather: LinkWeather): void {
    this.weather = weather;
    this.notBeforeMs = 0;
    this.forward();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private receive(bytes: Buffer): void {
    this.heldBytes += bytes.length;
    if (this.heldBytes > MAX_HELD_BYTES) this.source.pause();
    this.hold({ bytes, arrivedAtMs: Date.now() });
  }

  private hold(parcel: Parcel): void {
    this.held.push(parcel);
    this.forward();
  }

  private forward(): void {
    clearTimeout(this.timer);
    while (!this.isStopped && !this.weather.isBlackhole && !this.sink.writableNeedDrain) {
      const parcel = this.held[0];
      if (!parcel) return;
      const waitMs = Math.max(parcel.arrivedAtMs + this.weather.latencyMs, this.notBeforeMs) - Date.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.forward(), waitMs);
        return;
      }
      this.held.shift();
      this.pass(parcel);
    }
  }

  private pass(parcel: Parcel): void {
    if (parcel.bytes === null) {
      this.sink.end();
      return;
    }
    const allowance = Math.max(1, Math.floor(this.weather.bytesPerSecond / SLICES_PER_SECOND));
    const slice = parcel.bytes.subarray(0, allowance);
    const rest = parcel.bytes.subarray(slice.length);
    if (rest.length > 0) this.held.unshift({ bytes: rest, arrivedAtMs: parcel.arrivedAtMs });
    this.notBeforeMs = Date.now() + (slice.length / this.weather.bytesPerSecond) * 1000;
    this.heldBytes -= slice.length;
    if (this.heldBytes <= MAX_HELD_BYTES) this.source.resume();
    this.sink.write(slice);
  }
}
