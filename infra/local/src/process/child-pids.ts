import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Direct children of a process. PostgreSQL's backends leave its process group, so group signals miss them. */
export function childPids(parentPid: number): number[] {
  const pairs = process.platform === 'linux' ? pairsFromProc() : pairsFromPs();
  return pairs.filter(([, parent]) => parent === parentPid).map(([pid]) => pid);
}

type PidAndParent = readonly [pid: number, parent: number];

function pairsFromProc(): PidAndParent[] {
  const pairs: PidAndParent[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      pairs.push([Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]);
    } catch {
      // The process ended between the listing and the read.
    }
  }
  return pairs;
}

function pairsFromPs(): PidAndParent[] {
  const listing = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return (listing.stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid && parent !== undefined ? [[pid, parent] as const] : []));
}
