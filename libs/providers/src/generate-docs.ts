import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDERS } from './provider-registry';
import { renderProvidersDoc } from './providers-doc';

// Runs from `dist`, three folders below the repository's root.
writeFileSync(join(__dirname, '../../../docs/providers.md'), renderProvidersDoc(PROVIDERS));
