import type { RejectedUsage } from './rejected-store';

/**
 * Reads a usage message line by line where reading it as a whole failed: one broken line must not take the money of its
 * neighbours with it. A torn last line counts as broken.
 */
export function readUsageLines(bytes: Uint8Array): { events: unknown[]; rejected: RejectedUsage[] } {
  const events: unknown[] = [];
  const rejected: RejectedUsage[] = [];
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    try {
      events.push(JSON.parse(line));
    } catch (error) {
      rejected.push({ reason: `not JSON: ${String(error)}`, payload: Buffer.from(line) });
    }
  }
  return { events, rejected };
}
