/** The first millisecond of the month of this time, UTC, or of one so many months later. */
export function monthOf(unixMs: number, later = 0): number {
  const date = new Date(unixMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
}

/** As partitions are named: `2026_11`. */
export function monthName(monthUnixMs: number): string {
  return new Date(monthUnixMs).toISOString().slice(0, 7).replace('-', '_');
}

/** Null for what is no name of a month. */
export function monthNamed(name: string): number | null {
  const [, year, month] = /^(\d{4})_(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1);
}
