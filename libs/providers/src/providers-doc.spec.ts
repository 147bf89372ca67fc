import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookOf, readBook } from '@gateway/provider-kit/conformance';
import { PROVIDERS } from './provider-registry';
import { renderProvidersDoc } from './providers-doc';

const docs = join(__dirname, '../../../docs');
const proven = readBook(readFileSync(join(docs, 'generated/conformance.json'), 'utf8'));

it('docs/providers.md is what the registry and the proofs say (else run: make generate)', () => {
  expect(readFileSync(join(docs, 'providers.md'), 'utf8')).toBe(renderProvidersDoc(PROVIDERS, proven));
});

it('nothing is proven of a provider that is not in the registry', () => {
  const strangers = [...proven.keys()].filter((name) => PROVIDERS.find(name.split('/')[0] ?? '') === undefined);
  expect(strangers).toEqual([]);
});

it('the table names every provider once', () => {
  const table = renderProvidersDoc(PROVIDERS, bookOf([]));
  for (const prefix of PROVIDERS.prefixes) expect(table.split(`\n| \`${prefix}\` |`)).toHaveLength(2);
});
