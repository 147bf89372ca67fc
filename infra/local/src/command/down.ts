import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stopLeftovers } from '../process/stop-leftovers';
import { repositoryRoot } from '../repository-root';
import { runningLauncher } from '../settings/installation-lock';

const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** `make down`: ends the gateway of this data directory, and what a crashed one may have left behind. */
async function down(): Promise<void> {
  const dataDir = resolve(process.env.LLM_GATEWAY_DATA_DIR || join(repositoryRoot, '.data'));
  const launcher = runningLauncher(dataDir);
  if (launcher !== undefined) {
    process.stdout.write(`stopping the gateway at ${launcher.url} (pid ${launcher.pid})\n`);
    process.kill(launcher.pid, 'SIGTERM');
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (runningLauncher(dataDir)?.pid === launcher.pid && Date.now() < deadline) await delay(POLL_MS);
  }
  const leftovers = await stopLeftovers(join(dataDir, 'run'));
  if (leftovers.length > 0) process.stdout.write(`stopped ${leftovers.join(', ')}\n`);
  else if (launcher === undefined) process.stdout.write(`no gateway runs on ${dataDir}\n`);
}

down().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
