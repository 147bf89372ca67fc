import type { MeshContext } from './mesh-context';

/** A kill follows this long after the service's own drain should have ended. */
const DRAIN_GRACE_MS = 2_000;

/** How a process of the mesh is run: by this Node, in the checkout, with time to drain. */
export function processSpec(
  context: MeshContext,
  name: string,
  args: readonly string[],
  environment: Record<string, string>,
) {
  return {
    name,
    command: process.execPath,
    args,
    environment,
    workingDirectory: context.checkout,
    stopSignal: 'SIGTERM' as const,
    stopTimeoutMs: context.drainTimeoutMs + DRAIN_GRACE_MS,
    runDir: context.runDir,
  };
}
