import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runInView } from './run-quietly.mjs';

// Writes every file of the repository that is made from another one.
const environment = toolEnvironment();
const documentation = 'libs/config/dist/generate-docs.js';
const codes = [runInView(tool('buf'), ['generate'], { cwd: join(root, 'proto'), env: environment })];
if (existsSync(join(root, documentation))) {
  codes.push(runInView(process.execPath, [documentation], { cwd: root, env: environment }));
}
process.exitCode = codes.find((code) => code !== 0) ?? 0;
