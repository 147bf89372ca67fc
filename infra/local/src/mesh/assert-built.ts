import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { SetupProblem } from '../servers/backing-server';

/** The services run from `dist`: throws when it is missing or older than the sources, which a test would not notice. */
export function assertBuilt(): void {
  const check = spawnSync(process.execPath, [join(repositoryRoot, 'infra/local/bin/build.mjs'), '--verify'], {
    encoding: 'utf8',
  });
  if (check.status !== 0) {
    throw new SetupProblem(`${check.stdout.trim() || check.stderr.trim()} Run: make build`);
  }
}
