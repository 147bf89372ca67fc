import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDrift } from './generated-drift.mjs';
import { GENERATORS } from './generators.mjs';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';

// Every check runs, also after a failure, so that one round shows all there is to put right.
const CHECKS = [
  {
    name: 'format and lint',
    fix: 'npx biome check --write',
    run: () => command(tool('biome'), ['ci', '--colors=off']),
  },
  {
    name: 'types',
    fix: 'read the message; again with: npx tsc',
    run: () => command(tool('tsc'), ['-p', 'tsconfig.json', '--pretty', 'false']),
  },
  {
    name: 'library boundaries',
    fix: 'ARCHITECTURE: import only what the table of libraries allows',
    needs: 'test/boundaries/run.cjs',
    run: () => command(process.execPath, ['test/boundaries/run.cjs']),
  },
  { name: 'generated code', fix: 'make generate', run: generatedDrift },
  ...GENERATORS.filter(({ takesCheck }) => takesCheck).map(({ script, name }) => ({
    name,
    fix: 'make generate',
    needs: script,
    run: () => command(process.execPath, [script, '--check']),
  })),
];

const failed = [];
for (const check of CHECKS) {
  if (check.needs && !existsSync(join(root, check.needs))) {
    process.stdout.write(`–  ${check.name}: ${check.needs} does not exist yet\n`);
    continue;
  }
  const { code, output } = await check.run();
  process.stdout.write(code === 0 ? `✓  ${check.name}\n` : `✗  ${check.name}\n${output.trimEnd()}\n\n`);
  if (code !== 0) failed.push(check);
}
if (failed.length > 0) {
  process.stdout.write(`\n${failed.length} of ${CHECKS.length} checks failed:\n`);
  for (const { name, fix } of failed) process.stdout.write(`  ${name.padEnd(34)} to fix: ${fix}\n`);
  process.exitCode = 1;
}

function command(program, args) {
  return runQuietly(program, args, { cwd: root, env: toolEnvironment() });
}
