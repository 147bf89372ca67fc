import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './backing-server';
import { type PostgresBinaries, SHARED_STATE } from './postgres-binaries';
import { canEnter, type SystemUser } from './unprivileged-user';

export const POSTGRES_USER = 'gateway';

export interface PostgresData {
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  /** `undefined` for throw-away servers, which trust the loopback interface. */
  readonly password: string | undefined;
}

/**
 * The place of the cluster: below the data directory, or in `/var/lib` when PostgreSQL's user cannot get there. The name
 * over there is random and written down in the data directory, so that a data directory made anew starts empty.
 */
export function postgresHome(dataDir: string, user: SystemUser | undefined): string {
  mkdirSync(dataDir, { recursive: true });
  if (canEnter(dataDir, user)) return join(dataDir, 'postgres');
  const pointer = join(dataDir, 'postgres-is-in');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  const home = join(SHARED_STATE, `postgres-data-${randomBytes(6).toString('hex')}`);
  writeFileSync(pointer, `${home}\n`);
  return home;
}

/** Finds or creates the database cluster, with binaries of the version that wrote it. */
export function preparePostgresData(
  home: string,
  candidates: readonly PostgresBinaries[],
  options: { readonly user: SystemUser | undefined; readonly ephemeral: boolean },
): PostgresData {
  const directory = join(home, 'data');
  const passwordFile = join(home, 'password');
  if (existsSync(join(directory, 'PG_VERSION'))) {
    const password = existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trim() : undefined;
    return { directory, binaries: matchingBinaries(directory, candidates), password };
  }
  const binaries = candidates[0];
  if (binaries === undefined) throw new SetupProblem('no PostgreSQL found');
  const password = options.ephemeral ? undefined : randomBytes(18).toString('base64url');
  mkdirSync(home, { recursive: true });
  giveTo(home, options.user);
  if (password !== undefined) writeSecret(passwordFile, password, options.user);
  initialise({ directory, binaries, password }, passwordFile, options.user);
  return { directory, binaries, password };
}

function matchingBinaries(directory: string, candidates: readonly PostgresBinaries[]): PostgresBinaries {
  const major = Number(readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim());
  const match = candidates.find((candidate) => candidate.major === major);
  if (match) return match;
  const have = candidates.map((candidate) => candidate.major).join(', ') || 'none';
  throw new SetupProblem(
    `the data in ${directory} were written by PostgreSQL ${major}, but only these versions are here: ${have}. ` +
      `Install PostgreSQL ${major}, or choose another LLM_GATEWAY_DATA_DIR.`,
  );
}

/** Under another name first: an interrupted `initdb` must not look like a finished one next time. */
function initialise(data: PostgresData, passwordFile: string, user: SystemUser | undefined): void {
  const unfinished = `${data.directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const authentication =
    data.password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const result = spawnSync(
    join(data.binaries.directory, 'initdb'),
    [
      '-D',
      unfinished,
      '-U',
      POSTGRES_USER,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
      ...authentication,
    ],
    { cwd: '/', encoding: 'utf8', ...(user ?? {}), env: { ...process.env, LC_ALL: 'C' } },
  );
  if (result.status !== 0) {
    const reason = result.error?.message ?? result.stderr.trim().split('\n').slice(-5).join('\n');
    throw new SetupProblem(`initdb (${data.binaries.origin}) failed in ${unfinished}:\n${reason}`);
  }
  renameSync(unfinished, data.directory);
}

function writeSecret(path: string, secret: string, user: SystemUser | undefined): void {
  writeFileSync(path, secret, { mode: 0o600 });
  chmodSync(path, 0o600);
  giveTo(path, user);
}

function giveTo(path: string, user: SystemUser | undefined): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
