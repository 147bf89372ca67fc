import { setTimeout as sleep } from 'node:timers/promises';
import { counterOf } from '@gateway/contracts';
import type { EdgeStateHolder } from '../edge-state';

const AGAIN_MS = 5;
/** Instances take what is in force within milliseconds; a client is not kept for one that was passed over. */
const LONGEST_MS = 2_000;

/** Resolves when this edge works by the version or a later one, or could not in reasonable time. */
export async function untilInUse(holder: Pick<EdgeStateHolder, 'current'>, version: string): Promise<void> {
  const endMs = performance.now() + LONGEST_MS;
  while (counterOf(holder.current()?.snapshot.version ?? null) < counterOf(version) && performance.now() < endMs) {
    await sleep(AGAIN_MS);
  }
}
