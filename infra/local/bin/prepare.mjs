import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';

// Everything a command needs before it can run; `--install-only` leaves the build out.
try {
  await ensureInstalled();
  if (!process.argv.includes('--install-only')) await ensureBuilt();
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
