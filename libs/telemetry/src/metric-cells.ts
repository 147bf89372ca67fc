/** Only grows. */
export class CounterCell {
  value = 0;

  /** `by` must not be negative; a bad figure (NaN, negative) is left out rather than thrown at a request. */
  increment(by = 1): void {
    if (by > 0) this.value += by;
  }
}

export class GaugeCell {
  value = 0;

  set(value: number): void {
    this.value = value;
  }

  increment(by = 1): void {
    this.value += by;
  }

  decrement(by = 1): void {
    this.value -= by;
  }
}

/** Counts per bucket; `counts[i]` are observations at most `bounds[i]` and above the bound before, the last is the rest. */
export class HistogramCell {
  readonly counts: Float64Array;
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    // NaN would poison the sum for ever.
    if (!(value >= 0)) return;
    const { bounds } = this;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.counts[low]! += 1;
    this.sum += value;
  }
}
