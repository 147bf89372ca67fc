import { binaryFromDebian } from './debian-packages';
import { type FoundBinary, findBinary } from './find-binary';
import { binaryFromHomebrew } from './homebrew';
import type { ServerContext } from './server-context';

/** How one server program is called in the worlds it may come from. */
export interface ServerProgram {
  readonly binary: 'redis-server' | 'nats-server';
  readonly formula: string;
  readonly least: readonly [major: number, minor: number];
}

/** PATH, then the distribution's packages, then Homebrew; `undefined` when none has it. */
export function findServer(program: ServerProgram, context: ServerContext): FoundBinary | undefined {
  return (
    findBinary(program.binary, program.least) ??
    binaryFromDebian(program.binary, context.runtimeDir, context.onProgress) ??
    binaryFromHomebrew(program, context.onProgress)
  );
}
