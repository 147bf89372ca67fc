/** Decimal places of USD in one pico-USD. */
const PICO_DIGITS = 12;

/** A million USD a token: anything above is a slip of the decimal point, and far from what a double can count. */
const LARGEST_DIGITS = 15;

const DECIMAL = /^\+?(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * USD per token, as written (`1.5e-07`, `"0.00000015"`), → whole pico-USD per token. Works on the digits, so there is no
 * floating-point error; what is finer than a pico-USD is rounded half up. Null when it is no decimal number, is
 * negative, is absurdly large, or would round to nothing.
 */
export function picoUsdPerToken(written: number | string): number | null {
  // A double prints as the shortest decimal that reads back as itself, which is what was written up to 15 digits.
  const match = DECIMAL.exec(typeof written === 'number' ? String(written) : written.trim());
  if (!match) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '' || digits.length > 400) return null;
  const places = PICO_DIGITS - fraction.length + Number(exponent);
  const pico = scaled(BigInt(digits), places);
  if (pico === null || pico.toString().length > LARGEST_DIGITS) return null;
  if (pico === 0n && BigInt(digits) !== 0n) return null;
  return Number(pico);
}

/** `value` × 10^`places`, rounded half up. */
function scaled(value: bigint, places: number): bigint | null {
  if (places > LARGEST_DIGITS + PICO_DIGITS) return value === 0n ? 0n : null;
  if (places >= 0) return value * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return (value + divisor / 2n) / divisor;
}
