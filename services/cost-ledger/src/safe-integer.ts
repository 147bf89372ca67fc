/** A BIGINT as it comes from PostgreSQL. Throws instead of rounding an amount that JavaScript cannot hold exactly. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${text}`);
  return value;
}
