import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root, tool, toolEnvironment } from './paths.mjs';
import { runInView } from './run-quietly.mjs';

// Runs Jest and ends with one line that a script can read: `N passed, N failed[, N skipped]`.
const resultsFile = join(root, `.runtime/test-results-${process.pid}.json`);
mkdirSync(join(root, '.runtime'), { recursive: true });

const extra = (process.env.ARGS ?? '').split(/\s+/).filter(Boolean);
// On two cores Jest would run everything in its own process, where one stuck file silences all the others.
const workers =
  availableParallelism() <= 2 && !/maxWorkers|runInBand|(^| )-[iw]\b/.test(extra.join(' ')) ? ['--maxWorkers=2'] : [];
// A handle that some test leaves open must not keep the whole run waiting for ever; Jest still says so.
const code = runInView(tool('jest'), ['--forceExit', ...workers, '--json', `--outputFile=${resultsFile}`, ...extra], {
  cwd: root,
  env: { ...toolEnvironment(), NODE_NO_WARNINGS: '1' },
});

const totals = readTotals();
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exitCode = code === 0 && totals.failed > 0 ? 1 : code;

/** A suite that could not even be loaded has no tests to count, and is counted as one failure; so is what a reporter finds. */
function readTotals() {
  try {
    const results = JSON.parse(readFileSync(resultsFile, 'utf8'));
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    return {
      passed: results.numPassedTests,
      failed: failed === 0 && !results.success ? 1 : failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(resultsFile, { force: true });
  }
}
