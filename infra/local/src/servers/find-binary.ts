import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** An executable that said its version when asked. */
export interface FoundBinary {
  readonly path: string;
  /** `[7, 0]` for 7.0.15. */
  readonly version: readonly [major: number, minor: number];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly origin: string;
}

// Servers live in sbin on Debian, and Homebrew is not always on the path of a shell started by make.
const USUAL_DIRECTORIES = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'];

/** Directories in which to look for server programs, in order, without repetition. */
export function binaryDirectories(): string[] {
  return [...new Set([...(process.env.PATH ?? '').split(':').filter(Boolean), ...USUAL_DIRECTORIES])];
}

/** The first program of that name that runs and is at least `[major, minor]`. */
export function findBinary(name: string, least: readonly [number, number]): FoundBinary | undefined {
  for (const directory of binaryDirectories()) {
    const found = inspectBinary({
      path: join(directory, name),
      environment: process.env,
      origin: `${name} on the PATH`,
    });
    if (found && isAtLeast(found.version, least)) return found;
  }
  return undefined;
}

/** Runs `path --version`; `undefined` when it is missing, does not run, or names no version. */
export function inspectBinary(candidate: Omit<FoundBinary, 'version'>): FoundBinary | undefined {
  try {
    accessSync(candidate.path, constants.X_OK);
  } catch {
    return undefined;
  }
  const answer = spawnSync(candidate.path, ['--version'], {
    encoding: 'utf8',
    timeout: 5_000,
    env: candidate.environment,
  });
  const version = /(\d+)\.(\d+)/.exec(`${answer.stdout ?? ''}${answer.stderr ?? ''}`);
  if (answer.status !== 0 || version === null) return undefined;
  return {
    ...candidate,
    origin: `${candidate.origin} ${version[0]}`,
    version: [Number(version[1]), Number(version[2])],
  };
}

function isAtLeast(
  [major, minor]: readonly [number, number],
  [leastMajor, leastMinor]: readonly [number, number],
): boolean {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
