import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from '../process/process-identity';

/** The launcher that works on a data directory. */
export interface LauncherRecord {
  readonly pid: number;
  readonly identity: string;
  readonly url: string;
}

/** The living launcher of this data directory, if there is one. */
export function runningLauncher(dataDir: string): LauncherRecord | undefined {
  const record = read(dataDir);
  return record !== undefined && processIdentity(record.pid) === record.identity ? record : undefined;
}

/** Takes the data directory for this process. Returns the launcher that already has it, or nothing on success. */
export function lockInstallation(dataDir: string, url: string): LauncherRecord | undefined {
  const identity = processIdentity(process.pid) ?? '';
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  for (;;) {
    try {
      // `wx` fails when the file exists, so of two launchers started at once only one gets it.
      writeFileSync(path(dataDir), JSON.stringify({ pid: process.pid, identity, url }), { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = runningLauncher(dataDir);
    if (holder !== undefined) return holder;
    rmSync(path(dataDir), { force: true });
  }
}

export function unlockInstallation(dataDir: string): void {
  if (read(dataDir)?.pid === process.pid) rmSync(path(dataDir), { force: true });
}

function path(dataDir: string): string {
  return join(dataDir, 'run/launcher.json');
}

function read(dataDir: string): LauncherRecord | undefined {
  try {
    return JSON.parse(readFileSync(path(dataDir), 'utf8')) as LauncherRecord;
  } catch {
    return undefined;
  }
}
