import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundBinary, inspectBinary } from './find-binary';

const DEBIAN_PACKAGES = ['redis-server', 'nats-server'];
const APT_TIMEOUT_MS = 300_000;

/**
 * Redis and NATS out of Debian's or Ubuntu's packages, unpacked under `runtimeDir` and not installed: works without
 * root, and as root too it is preferred because installing would start system-wide daemons nobody asked for.
 * `undefined` where there is no apt or it could not fetch them; `onProgress` then hears why.
 */
export function binaryFromDebian(
  name: 'redis-server' | 'nats-server',
  runtimeDir: string,
  onProgress: (message: string) => void,
): FoundBinary | undefined {
  const unpacked = join(runtimeDir, 'debian');
  const before = inspectUnpacked(name, unpacked);
  if (before) return before;
  if (spawnSync('apt-get', ['--version']).status !== 0) return undefined;
  onProgress('fetching Redis and NATS from the distribution’s packages (once; nothing is installed system-wide)');
  const problem = fetchAndUnpack(unpacked);
  if (problem !== undefined) onProgress(`could not fetch them: ${problem}`);
  return inspectUnpacked(name, unpacked);
}

function inspectUnpacked(name: string, root: string): FoundBinary | undefined {
  const libraries = libraryDirectories(root);
  const environment = {
    ...process.env,
    LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
  for (const directory of ['usr/bin', 'usr/sbin']) {
    const found = inspectBinary({
      path: join(root, directory, name),
      environment,
      origin: `${name} from Debian packages`,
    });
    if (found) return found;
  }
  return undefined;
}

function libraryDirectories(root: string): string[] {
  return ['usr/lib', 'lib'].flatMap((parent) => {
    try {
      const names = readdirSync(join(root, parent)).filter((entry) => entry.endsWith('-linux-gnu'));
      return names.map((entry) => join(root, parent, entry));
    } catch {
      return [];
    }
  });
}

/** Returns what went wrong, or nothing. */
function fetchAndUnpack(unpacked: string): string | undefined {
  const work = `${unpacked}-${process.pid}`;
  const archives = join(work, 'cache/archives');
  for (const directory of ['state/lists/partial', 'cache/archives/partial', 'out'])
    mkdirSync(join(work, directory), { recursive: true });
  try {
    const problem =
      apt(work, ['update']) ??
      apt(work, ['-y', '--no-install-recommends', '--no-remove', '--download-only', 'install', ...DEBIAN_PACKAGES]);
    if (problem !== undefined) return problem;
    for (const file of readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
      const result = spawnSync('dpkg', ['-x', join(archives, file), join(work, 'out')], { encoding: 'utf8' });
      if (result.status !== 0) return `dpkg -x ${file}: ${result.stderr.trim()}`;
    }
    rmSync(unpacked, { recursive: true, force: true });
    renameSync(join(work, 'out'), unpacked);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** apt with state directories of its own, so that it neither needs root nor touches the system's. */
function apt(work: string, command: readonly string[]): string | undefined {
  const settings = [
    `Dir::State=${join(work, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(work, 'cache')}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ];
  const result = spawnSync('apt-get', [...settings.flatMap((setting) => ['-o', setting]), '-qq', ...command], {
    encoding: 'utf8',
    timeout: APT_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status === 0) return undefined;
  return `apt-get ${command.join(' ')}: ${result.stderr.trim().split('\n').slice(-3).join(' ') || 'failed'}`;
}
