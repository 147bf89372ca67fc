const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** When a key of this duration expires, in Unix ms. Months are calendar months in UTC, like LiteLLM's `mo`. */
export function expiryUnixMs(duration: string, nowUnixMs: number): number {
  const match = /^(\d+)(s|m|h|d|w|mo)$/.exec(duration);
  if (!match?.[1] || !match[2]) throw new RangeError(`not a duration: ${duration}`);
  const count = Number(match[1]);
  if (match[2] !== 'mo') return nowUnixMs + count * (UNIT_MS[match[2]] ?? 0);
  const date = new Date(nowUnixMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
