/**
 * Money is an integer count of nano-USD (1e-9 USD) in a JavaScript number. Integers are exact up to 2^53, which is
 * about 9.0 million USD: far above any single amount, and sums live in PostgreSQL as BIGINT.
 */
export type NanoUsd = number;

export const NANO_USD_PER_USD = 1_000_000_000;

/** Formats nano-USD as a plain decimal string in USD without losing a digit, e.g. 1500 → "0.0000015". */
export function formatUsd(amountNanoUsd: NanoUsd): string {
  if (!Number.isSafeInteger(amountNanoUsd)) throw new RangeError(`not an integer amount of nano-USD: ${amountNanoUsd}`);
  const sign = amountNanoUsd < 0 ? '-' : '';
  const digits = Math.abs(amountNanoUsd).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ''}`;
}
