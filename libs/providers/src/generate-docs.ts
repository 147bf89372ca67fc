import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBook } from '@gateway/provider-kit/conformance';
import { PROVIDERS } from './provider-registry';
import { renderProvidersDoc } from './providers-doc';

// Runs from `dist`, three folders below the repository's root.
const docs = join(__dirname, '../../../docs');
const proven = readBook(readFileSync(join(docs, 'generated/conformance.json'), 'utf8'));
writeFileSync(join(docs, 'providers.md'), renderProvidersDoc(PROVIDERS, proven));
