/**
 * Resolves with the first truthy value that `look` gives, asking again every few milliseconds. For things that happen
 * in another process or on a socket; the limit only ends a test that would otherwise hang.
 * @throws Error naming `what` when the limit is reached.
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  withinMs = 120_000,
): Promise<NonNullable<Value>> {
  const untilUnixMs = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > untilUnixMs) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
