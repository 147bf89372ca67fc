/** 2^48: the number of values of the last 12 hex digits of a trace id, the part W3C asks to be random. */
const RANGE = 2 ** 48;

/** Whether a new trace is recorded; the same id gives the same answer in every process. `ratio` is 0 to 1. */
export function isSampled(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  if (!(ratio > 0)) return false;
  return Number.parseInt(traceId.slice(-12), 16) < ratio * RANGE;
}
