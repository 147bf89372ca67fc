import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Something that tells this process from a later one with the same pid: its start time. `undefined` when no such
 * process lives (a zombie does not).
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? identityFromProc(pid) : identityFromPs(pid);
}

function identityFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `ticks:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function identityFromPs(pid: number): string | undefined {
  const listing = spawnSync('ps', ['-p', String(pid), '-o', 'stat=,lstart='], { encoding: 'utf8' });
  const line = listing.stdout?.trim();
  if (listing.status !== 0 || !line || line.startsWith('Z')) return undefined;
  return `lstart:${line.split(/\s+/).slice(1).join(' ')}`;
}
