/** Time and chance, as far as the store needs them. */
export interface StoreClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  unixMs(): number;
  /** A timer that keeps no process alive; returns how to take it back. */
  after(delayMs: number, run: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

export const SYSTEM_CLOCK: StoreClock = {
  nowMs: () => performance.now(),
  unixMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
