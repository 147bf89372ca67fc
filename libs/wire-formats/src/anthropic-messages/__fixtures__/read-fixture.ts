import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes of a fixture beside this file. */
export function readFixture(name: string): Buffer {
  return readFileSync(join(__dirname, name));
}
