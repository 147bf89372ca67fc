import { setTimeout as delay } from 'node:timers/promises';

/** Repeats `attempt` until it does not throw. After `timeoutMs` throws the last failure; `giveUp` may end it sooner by throwing. */
export async function waitUntil<Result>(
  attempt: () => Promise<Result>,
  options: { readonly timeoutMs: number; readonly pauseMs: number; readonly giveUp?: () => void },
): Promise<Result> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      options.giveUp?.();
      if (Date.now() >= deadline) throw error;
    }
    await delay(options.pauseMs);
  }
}
