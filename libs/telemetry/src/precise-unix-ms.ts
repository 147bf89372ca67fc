/**
 * Unix time in milliseconds with microseconds behind the point, for timings between processes of one machine. It follows
 * the monotonic clock from the start of the process on, so over days it may drift from `Date.now()` as that is adjusted.
 */
export function preciseUnixMs(): number {
  return performance.timeOrigin + performance.now();
}
