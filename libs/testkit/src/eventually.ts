/**
 * Waits until `condition` gives something truthy and returns it. Fails after `timeoutMs`, with the last error if there
 * was one: a wait without an end would hide the fault and stop the whole run.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, pauseMs = 20 }: { timeoutMs?: number; pauseMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown = new Error('the condition never held');
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`not within ${timeoutMs} ms: ${last instanceof Error ? last.message : String(last)}`, {
        cause: last,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
