import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { SetupProblem } from '../servers/backing-server';

const COMMAND = 'services/config-sync/bin/llmgateway.cjs';
const CHECK_TIMEOUT_MS = 60_000;

/**
 * Has config-sync's own check look at the file, before anything is started that would only wait for a good one.
 * @throws SetupProblem with every mistake, its line and what to do.
 */
export function assertGoodConfiguration(configPath: string): void {
  const check = spawnSync(process.execPath, [join(repositoryRoot, COMMAND), 'config', 'check', configPath], {
    encoding: 'utf8',
    timeout: CHECK_TIMEOUT_MS,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (check.status === 0) return;
  throw new SetupProblem(
    `the configuration has mistakes:\n${indent(check.stderr)}\nPut them right and start again; ` +
      `\`make config-check FILE=${configPath}\` checks the file alone.`,
  );
}

function indent(text: string): string {
  const lines = text.trim().split('\n');
  return lines.map((line) => `  ${line}`).join('\n');
}
