import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';

const GENERATED = 'libs/contracts/src/generated';

/** Generates from `proto/` into a temporary directory and compares with what is checked in. */
export async function generatedDrift() {
  const fresh = mkdtempSync(join(tmpdir(), 'llm-gateway-generated-'));
  try {
    const template = join(fresh, 'buf.gen.yaml');
    writeFileSync(template, freshTemplate(join(fresh, 'out')));
    const generation = await runQuietly(tool('buf'), ['generate', '--template', template], {
      cwd: join(root, 'proto'),
      env: toolEnvironment(),
    });
    if (generation.code !== 0) return generation;
    const differences = compare(readTree(join(root, GENERATED)), readTree(join(fresh, 'out')));
    return { code: differences.length === 0 ? 0 : 1, output: differences.join('\n') };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The template of `make generate`, writing elsewhere. Its paths are relative to `proto/`, where buf runs. */
function freshTemplate(out) {
  return readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8').replace(
    /^(\s*(?:- )?out:).*$/gm,
    `$1 ${JSON.stringify(out)}`,
  );
}

function readTree(folder) {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

function compare(committed, fresh) {
  const names = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return names.flatMap((name) => {
    if (!fresh.has(name)) return [`${GENERATED}/${name} has no source in proto/`];
    if (!committed.has(name)) return [`${GENERATED}/${name} is missing`];
    return committed.get(name) === fresh.get(name) ? [] : [`${GENERATED}/${name} is not what proto/ generates`];
  });
}
