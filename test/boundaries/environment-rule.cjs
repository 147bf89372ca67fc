// The one rule that is not about imports: only libs/config reads the environment (STYLE rules 8 and 18).
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const RULE = 'environment-has-one-home';
const READS_ENVIRONMENT = [
  /\bprocess\s*\??\.\s*env\b/,
  /\bprocess\s*\[\s*['"`]env/,
  /\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/,
  /from\s*['"](?:node:)?process['"]/,
];
const HOMES = /^libs\/config\/src\/environment\//;
const TEST_CODE = /\.spec\.ts$|\/__fixtures__\/|\/testing\/|^services\/[^/]+\/test\/|^libs\/testkit\//;
const SOURCE = /\.(?:ts|mts|cts|js|mjs|cjs)$/;

/** Files below the folders that read the environment without being its home, as violations. */
function environmentViolations(root, folders) {
  return folders
    .flatMap((folder) => sourceFiles(root, folder))
    .filter((file) => !HOMES.test(file) && !TEST_CODE.test(file) && readsEnvironment(join(root, file)))
    .map((from) => ({ rule: RULE, from, to: 'process.env' }));
}

function readsEnvironment(path) {
  const source = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return READS_ENVIRONMENT.some((pattern) => pattern.test(source));
}

function sourceFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'generated'].includes(entry.name) ? [] : sourceFiles(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

module.exports = { environmentViolations, environmentRule: RULE };
