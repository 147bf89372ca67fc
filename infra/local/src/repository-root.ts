import { resolve } from 'node:path';

/** The checkout this code belongs to; the same from `src` (tests) and from `dist` (`make up`). */
export const repositoryRoot = resolve(__dirname, '../../..');
