import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDERS } from './provider-registry';
import { renderProvidersDoc } from './providers-doc';

it('docs/providers.md is what the registry says (else run: node libs/providers/dist/generate-docs.js)', () => {
  const file = readFileSync(join(__dirname, '../../../docs/providers.md'), 'utf8');
  expect(file).toBe(renderProvidersDoc(PROVIDERS));
});

it('the table names every provider once', () => {
  const table = renderProvidersDoc(PROVIDERS);
  for (const prefix of PROVIDERS.prefixes) expect(table.split(`\n| \`${prefix}\` |`)).toHaveLength(2);
});
