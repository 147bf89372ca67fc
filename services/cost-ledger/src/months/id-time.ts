/** Ids of requests begin with their time: see `newRequestId`. */
const TIMED = /^([0-9a-f]{8})-([0-9a-f]{4})-7/;

/**
 * What ids of this millisecond begin with. Compared byte by byte, ids of it and later ones are not less than this text, and ids of
 * earlier milliseconds are.
 */
export function firstIdOf(unixMs: number): string {
  const time = unixMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** When an edge gave out this id; null for one that does not tell. */
export function timeOfId(requestId: string): number | null {
  const [, high, low] = TIMED.exec(requestId) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}
