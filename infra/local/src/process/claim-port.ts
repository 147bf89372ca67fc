import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DIRECTORY = join(tmpdir(), 'llm-gateway-ports');
const mine = new Set<number>();

/**
 * Sets a port aside for this process until it ends; false when another process of ours has it. Between choosing a port
 * and listening on it a service takes seconds to start, and the port looks free to every other launcher meanwhile: two
 * meshes that start at once would sooner or later share one, and each would take the other's service for its own.
 */
export function claimPort(port: number): boolean {
  if (mine.has(port)) return true;
  const path = join(DIRECTORY, String(port));
  try {
    if (mine.size === 0) dropAllAbandoned();
    dropAbandoned(path);
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    // Another user's directory, or none at all: then there are no claims to respect.
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
  if (mine.size === 0) process.once('exit', releaseAll);
  mine.add(port);
  return true;
}

/** Processes that were killed could not take their claims back. */
function dropAllAbandoned(): void {
  mkdirSync(DIRECTORY, { recursive: true });
  for (const name of readdirSync(DIRECTORY)) dropAbandoned(join(DIRECTORY, name));
}

function releaseAll(): void {
  for (const port of mine) rmSync(join(DIRECTORY, String(port)), { force: true });
}

function dropAbandoned(path: string): void {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (error) {
    // ENOENT: nobody claimed it. EPERM: somebody else's process, and it runs.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(path, { force: true });
  }
}
