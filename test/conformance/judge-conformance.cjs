const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { BOOK, endedTests, suite } = require('./conformance-run.cjs');

/**
 * A Jest reporter that fails a full run whose tests prove other cells than the checked-in book claims. A run of some tests
 * judges nothing, since it cannot know what the others prove.
 */
module.exports = class JudgeConformance {
  /** `projects`: the Jest projects that make a full run together. */
  constructor(globalConfig, { projects }) {
    this.globalConfig = globalConfig;
    this.projects = projects;
  }

  onRunComplete(contexts, results) {
    if (results.wasInterrupted || !isFullRun(this.globalConfig, contexts, this.projects)) return;
    const lines = this.findings(results);
    if (lines.length === 0) return;
    this.error = new Error(`${BOOK} is not what the tests prove:\n  ${lines.join('\n  ')}\nto fix: make conformance`);
    process.stderr.write(`\n${this.error.message}\n`);
  }

  /** Jest's way to let a reporter fail the run. */
  getLastError() {
    return this.error;
  }

  findings(results) {
    try {
      const { bookOfTests, differences, readBook } = suite();
      const claimed = readBook(readFileSync(join(this.globalConfig.rootDir, BOOK), 'utf8'));
      return differences(claimed, bookOfTests(endedTests(results)));
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }
};

function isFullRun(globalConfig, contexts, projects) {
  const { testPathPatterns, testNamePattern, shard, onlyChanged, findRelatedTests, runTestsByPath, onlyFailures } =
    globalConfig;
  if (testPathPatterns.patterns.length > 0 || testNamePattern || shard) return false;
  if (onlyChanged || findRelatedTests || runTestsByPath || onlyFailures) return false;
  const ran = new Set([...contexts].map(({ config }) => config.displayName?.name));
  return projects.every((project) => ran.has(project));
}
