import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runInView, runQuietly } from './run-quietly.mjs';

// Runs the specs that prove cells of the conformance tables, writes down what they proved, and the tables from that.
const environment = { ...toolEnvironment(), NODE_NO_WARNINGS: '1' };
const { output } = await runQuietly('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.spec.ts'], {
  cwd: root,
});
const specs = output.split('\n').filter((file) => file !== '' && provesCells(file));
const reporters = ['--reporters=default', '--reporters=<rootDir>/test/conformance/write-conformance.cjs'];
const code = runInView(tool('jest'), ['--forceExit', ...reporters, '--runTestsByPath', ...specs], {
  cwd: root,
  env: environment,
});
process.exitCode =
  code ||
  runInView(process.execPath, [join(root, 'libs/providers/dist/generate-docs.js')], { cwd: root, env: environment });

/** Whoever proves a cell calls `proves`, or a battery that does. */
function provesCells(file) {
  return /\bproves\(|\bdescribeProvider(?:Clients|Operations)\(/.test(readFileSync(join(root, file), 'utf8'));
}
