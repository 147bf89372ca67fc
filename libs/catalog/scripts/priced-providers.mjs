import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const entry = require.resolve('@pydantic/genai-prices');
const { findProvider } = require('@pydantic/genai-prices');

/** The providers of the price list with their models, by id. */
export function pricedProviders() {
  return providerIds()
    .map((name) => findProvider({ providerId: name }))
    .filter((provider) => provider !== undefined)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

// The library has no list of its providers; its command line prints one, as "  provider:model: name" lines. It goes
// through a file because the command exits before a pipe has taken all of it.
function providerIds() {
  const directory = mkdtempSync(join(tmpdir(), 'price-seed-'));
  const file = join(directory, 'list.txt');
  const output = openSync(file, 'w');
  try {
    execFileSync(process.execPath, [join(dirname(entry), 'cli.js'), 'list'], { stdio: ['ignore', output, 'inherit'] });
    const listing = readFileSync(file, 'utf8');
    return [...new Set([...listing.matchAll(/^ {2}([^:\s]+):/gm)].map((line) => line[1]))].sort();
  } finally {
    closeSync(output);
    rmSync(directory, { recursive: true });
  }
}
