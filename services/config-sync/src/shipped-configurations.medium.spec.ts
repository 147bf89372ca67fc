import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, parseGatewayConfig } from '@gateway/config';
import { PROVIDERS } from '@gateway/providers';

const root = join(__dirname, '../../..');

function problemsOf(text: string, fileName: string): readonly string[] {
  const environment = {};
  const parsed = parseGatewayConfig(text, { fileName, environment, knownProviders: PROVIDERS.prefixes });
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

// Real: the files of this repository and the providers the workers know.
describe('configurations we ship', () => {
  it('L1 takes the configuration of make up, with and without the emulators', () => {
    const file = 'infra/local/gateway.yaml';
    expect(problemsOf(readFileSync(join(root, file), 'utf8'), file)).toEqual([]);
  });

  it('P5 takes every YAML example of docs/configuration.md', () => {
    const document = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
    const examples = [...document.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(problemsOf(example, 'docs/configuration.md')).toEqual([]);
  });
});
