#!/usr/bin/env node
// Checks the library boundaries, then the checker itself: every file below canary/ breaks the rule it is named after
// (`<rule>.ts` or `<rule>.<variant>.ts`) and must be reported for it, and every rule must have such a file.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const configuration = require('../../.dependency-cruiser.cjs');
const { resolve: resolveOptions } = require('./resolve.cjs');
const { environmentRule, environmentViolations } = require('./environment-rule.cjs');

const root = join(__dirname, '../..');
const CANARY = 'test/boundaries/canary';
const PRODUCT = ['libs', 'services'];
const CRUISED = [...PRODUCT, 'infra', CANARY].filter((folder) => existsSync(join(root, folder)));

async function main() {
  process.chdir(root);
  const imports = await importViolations();
  const environment = environmentViolations(root, [...PRODUCT, CANARY]);
  const violations = [...imports, ...environment];
  const isCanary = ({ from }) => from.startsWith(`${CANARY}/`);
  const problems = [
    ...violations.filter((violation) => !isCanary(violation)).map(describeViolation),
    ...silentCanaries(violations.filter(isCanary)),
  ];
  if (problems.length > 0) {
    console.error(
      `Library boundaries: ${problems.length} problem(s)\n${problems.map((text) => `  ${text}`).join('\n')}`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(`Library boundaries hold; all ${canaries().length} canaries were caught.`);
}

async function importViolations() {
  const { cruise } = await import('dependency-cruiser');
  const { forbidden, options } = configuration;
  const { enhancedResolveOptions, webpackConfig: _aliases, ...cruiseOptions } = options;
  const { output } = await cruise(
    CRUISED,
    { ...cruiseOptions, validate: true, ruleSet: { forbidden }, enhancedResolveOptions },
    { ...enhancedResolveOptions, ...resolveOptions },
  );
  return output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

function describeViolation({ rule, from, to }) {
  const comment = configuration.forbidden.find(({ name }) => name === rule)?.comment ?? 'read it from libs/config';
  return `${from} → ${to}: ${rule} (${comment})`;
}

/** Canaries that nothing reported for their own rule, and rules without a canary. A circle is reported at one end only. */
function silentCanaries(violations) {
  const rules = [...configuration.forbidden.map(({ name }) => name), environmentRule];
  const all = canaries();
  const silent = all
    .filter(
      ({ file, rule }) =>
        !violations.some((violation) => violation.rule === rule && [violation.from, violation.to].includes(file)),
    )
    .map(({ file, rule }) => `${file} was not caught: the rule ${rule} does not work`);
  const unproven = rules
    .filter((rule) => !all.some((canary) => canary.rule === rule))
    .map((rule) => `no canary proves ${rule}`);
  return [...silent, ...unproven];
}

function canaries() {
  return readdirSync(join(root, CANARY), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      file: join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1),
      rule: entry.name.split('.')[0],
    }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
