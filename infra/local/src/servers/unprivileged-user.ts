import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: SystemUser = { uid: 65_534, gid: 65_534 };

/** Whom PostgreSQL runs as: it refuses root, so root lends it the user `postgres`, or nobody. Otherwise ourselves. */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const entry = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('postgres:'));
    const [uid, gid] = entry?.split(':').slice(2, 4).map(Number) ?? [];
    return uid && gid ? { uid, gid } : NOBODY;
  } catch {
    return NOBODY;
  }
}

/** Whether that user can enter a directory: a checkout below `/root` or a `mktemp -d` is closed to everyone else. */
export function canEnter(directory: string, user: SystemUser | undefined): boolean {
  return (
    spawnSync('sh', ['-c', 'cd "$1"', 'sh', directory], { cwd: '/', ...(user ?? {}), stdio: 'ignore' }).status === 0
  );
}
