import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projects, root, tool, toolEnvironment } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';

const stampFile = join(root, '.nx/built-from');

/** Builds what changed. Throws with the compiler's output on failure. */
export async function ensureBuilt() {
  const stamp = sourceStamp();
  if (staleness(stamp) === undefined) return;
  process.stdout.write('building\n');
  const result = await runQuietly(tool('nx'), ['run-many', '-t', 'build', '--outputStyle=static'], {
    cwd: root,
    env: toolEnvironment(),
  });
  if (result.code !== 0) throw new Error(`the build failed:\n${result.output.trim()}`);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Why `dist` is not what the sources say, or `undefined` when it is. */
function staleness(stamp) {
  const missing = projects().find((project) => !existsSync(join(root, project, mainOf(project))));
  if (missing) return `${missing} is not built.`;
  const built = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  return built === stamp ? undefined : 'The sources changed since the last build.';
}

function mainOf(project) {
  return JSON.parse(readFileSync(join(root, project, 'package.json'), 'utf8')).main;
}

/** Changes whenever a file that is built changes. */
function sourceStamp() {
  const hash = createHash('sha256');
  for (const path of [
    '.swcrc',
    'package.json',
    ...projects().flatMap((project) => [`${project}/package.json`, ...sources(`${project}/src`)]),
  ]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}:${size}:${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.spec\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--verify')) {
    const reason = staleness(sourceStamp());
    if (reason) process.stdout.write(`${reason}\n`);
    process.exitCode = reason ? 1 : 0;
  } else {
    await ensureBuilt().catch((error) => {
      process.stdout.write(`${error.message}\n`);
      process.exitCode = 1;
    });
  }
}
