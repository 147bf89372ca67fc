import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root, toolEnvironment } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';

/** What `runQuietly` says of a program that is not there. */
const COMMAND_NOT_FOUND = 127;

/** Installs the npm packages unless exactly those of the lock file are there. Throws with the reason on failure. */
export async function ensureInstalled() {
  await installPackages();
  linkCommand();
}

/** npm links `llmgateway` when it installs; packages that were there before it do not need to be installed anew. */
function linkCommand() {
  const link = join(root, 'node_modules/.bin/llmgateway');
  if (!existsSync(link)) symlinkSync('../../services/config-sync/bin/llmgateway.cjs', link);
}

async function installPackages() {
  if (isInstalled()) return;
  process.stdout.write('installing npm packages (about a minute the first time)\n');
  mkdirSync(join(root, '.runtime'), { recursive: true });
  const options = { cwd: root, env: toolEnvironment() };
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const clean = await runQuietly('npm', ['ci', ...flags], options);
  if (clean.code === 0) return;
  if (clean.code === COMMAND_NOT_FOUND) {
    throw new Error(
      'npm is missing. It comes with Node from https://nodejs.org/en/download; with Debian’s or Ubuntu’s own Node: apt-get install npm',
    );
  }
  // `npm ci` refuses a lock file that lacks some other platform's optional packages; a plain install does not mind.
  const plain = await runQuietly('npm', ['install', '--no-save', ...flags], options);
  if (plain.code === 0) return;
  throw new Error(`npm could not install the packages:\n${tail(clean.output)}\n${tail(plain.output)}`);
}

/** Compares npm's own record of what it installed with the lock file; optional packages may be missing. */
function isInstalled() {
  const lock = readJson('package-lock.json')?.packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  const manifest = readJson('package.json');
  if (!lock || !installed || !manifest) return false;
  const wished = { ...manifest.dependencies, ...manifest.devDependencies };
  const locked = { ...lock['']?.dependencies, ...lock['']?.devDependencies };
  const manifestIsLocked = Object.entries(wished).every(([name, range]) => locked[name] === range);
  const packages = Object.entries(lock).filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional);
  return manifestIsLocked && packages.every(([path, entry]) => installed[path]?.version === entry.version);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return undefined;
  }
}

function tail(output) {
  return output.trim().split('\n').slice(-15).join('\n');
}
