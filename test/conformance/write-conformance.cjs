const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { BOOK, endedTests, suite } = require('./conformance-run.cjs');

/** A Jest reporter that writes down what the run proves; nothing when a test failed. For `make conformance`. */
module.exports = class WriteConformance {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const { numFailedTests, numRuntimeErrorTestSuites, wasInterrupted } = results;
    if (numFailedTests + numRuntimeErrorTestSuites > 0 || wasInterrupted) return;
    const { bookOfTests, writeBook } = suite();
    writeFileSync(join(this.rootDir, BOOK), writeBook(bookOfTests(endedTests(results))));
  }
};
