import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process that listens on a TCP port, as far as this user may know it: `pid 123 (node)`, else `undefined`. */
export function describePortOwner(port: number): string | undefined {
  const pid = process.platform === 'linux' ? ownerFromProc(port) : ownerFromLsof(port);
  return pid === undefined ? undefined : `pid ${pid}${commandOf(pid)}`;
}

const LISTEN_STATE = '0A';

function ownerFromProc(port: number): number | undefined {
  const inodes = new Set([...listeningInodes('/proc/net/tcp', port), ...listeningInodes('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry) && holdsSocket(Number(entry), inodes)) return Number(entry);
  }
  return undefined;
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTEN_STATE)
      .flatMap((fields) => (fields[9] === undefined ? [] : [`socket:[${fields[9]}]`]));
  } catch {
    return [];
  }
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) =>
      inodes.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`)),
    );
  } catch {
    return false; // another user's process, or one that has ended
  }
}

function ownerFromLsof(port: number): number | undefined {
  const listing = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
  const pid = Number(listing.stdout?.trim().split('\n')[0]);
  return listing.status === 0 && pid > 0 ? pid : undefined;
}

function commandOf(pid: number): string {
  const listing = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
  const command = listing.stdout?.trim();
  return command ? ` (${command})` : '';
}
