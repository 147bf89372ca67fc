// Loaded into every service of the reload bench: on SIGUSR2 it writes the longest stall of the event loop since the signal
// before into $BENCH_STALLS_DIR, and begins anew.
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { writeFileSync, renameSync } = require('node:fs');
const { join } = require('node:path');

const RESOLUTION_MS = 1;
const directory = process.env.BENCH_STALLS_DIR;
if (directory) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on('SIGUSR2', () => {
    const file = join(directory, String(process.pid));
    writeFileSync(`${file}.new`, JSON.stringify({ maxMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) }));
    renameSync(`${file}.new`, file);
    delays.reset();
  });
}
