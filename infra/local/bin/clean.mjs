import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projects, root } from './paths.mjs';

// What can be made again. Data (.data) and packages (node_modules) stay.
for (const path of [
  ...projects().map((project) => `${project}/dist`),
  '.nx',
  '.runtime',
  'coverage',
  'bench-results',
]) {
  rmSync(join(root, path), { recursive: true, force: true });
}
process.stdout.write('removed build output, caches, downloaded servers and reports; kept .data and node_modules\n');
