export interface StoreFault {
  /** Wait before anything is answered. */
  readonly delayMs?: number;
  /** Answer with this status and the store's words for it. */
  readonly status?: number;
  /** Close the connection: instead of an answer, or in the middle of its body. */
  readonly cut?: 'before-head' | 'in-body';
  /** Say another ETag than the object's, a new one each time. */
  readonly wrongTag?: boolean;
  /** Alter a byte on the way, and say the checksum of the right ones. */
  readonly corrupt?: boolean;
  /** How many calls meet it; without a number all do until `clearFaults`. */
  readonly times?: number;
  /** Calls of this method only, e.g. `GET`. */
  readonly method?: string;
  /** Calls whose path contains this only. */
  readonly path?: string;
}

/** Which of the next calls go wrong. The first fault that fits wins. */
export class StoreFaults {
  private faults: { readonly fault: StoreFault; left: number }[] = [];

  add(fault: StoreFault): void {
    this.faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.faults = [];
  }

  take(method: string, path: string): StoreFault | null {
    const found = this.faults.find(
      ({ fault }) => (fault.method ?? method) === method && path.includes(fault.path ?? ''),
    );
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) this.faults = this.faults.filter((entry) => entry !== found);
    return found.fault;
  }
}
