import { join } from 'node:path';
import { GENERATORS } from './generators.mjs';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runInView } from './run-quietly.mjs';

// Writes every file of the repository that is made from another one.
const environment = toolEnvironment();
const codes = [runInView(tool('buf'), ['generate'], { cwd: join(root, 'proto'), env: environment })];
for (const { script } of GENERATORS) {
  codes.push(runInView(process.execPath, [join(root, script)], { cwd: root, env: environment }));
}
process.exitCode = codes.find((code) => code !== 0) ?? 0;
