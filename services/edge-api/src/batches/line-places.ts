/** While others are served first, this is how often their number is looked at. */
const LOOK_AGAIN_MS = 50;

export interface PlaceOptions {
  /** Lines of all batches of this edge that are called at once. */
  readonly most: number;
  /** Calls of clients that are being answered now: each takes a place from the batches. */
  interactive(): number;
}

/**
 * Who may call now, of all batches together, in the order of asking. Clients that wait for their answers go first: batches
 * share the places that they leave, and always have one, so that a busy edge does not stop them.
 */
export class LinePlaces {
  private readonly waiting = new Set<() => void>();
  private taken = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: PlaceOptions) {}

  /** True when there is a place, which must be given back; false when `signal` came first. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const admitted = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.waiting.delete(admitted);
        resolve(false);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(admitted);
      this.admit();
    });
  }

  giveBack(): void {
    this.taken -= 1;
    this.admit();
  }

  private admit(): void {
    for (const admitted of this.waiting) {
      if (this.taken >= this.room()) break;
      this.taken += 1;
      this.waiting.delete(admitted);
      admitted();
    }
    if (this.waiting.size === 0 || this.timer !== null) return;
    // Nobody says when a client's call is over.
    this.timer = setTimeout(() => {
      this.timer = null;
      this.admit();
    }, LOOK_AGAIN_MS);
  }

  private room(): number {
    return Math.max(1, this.options.most - this.options.interactive());
  }
}
