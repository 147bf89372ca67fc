import { randomBytes } from 'node:crypto';
import { openSecret, sealSecret } from '../secrets/seal-secret';
import { buildSnapshot } from './build-snapshot';
import { formatProblem } from './config-problem';
import { fingerprintConfig } from './fingerprint-config';
import type { StoredCredentials } from './named-credentials';
import { parseGatewayConfig } from './parse-gateway-config';

const key = randomBytes(32);

function parse(text: string, stored: Record<string, Record<string, string>> = {}, environment = {}) {
  const storedCredentials: StoredCredentials = new Map(Object.entries(stored));
  const options = { fileName: 'g.yaml', environment, knownProviders: ['openai', 'azure'], storedCredentials };
  const parsed = parseGatewayConfig(text, options);
  if (!parsed.ok) return { problems: parsed.problems.map(formatProblem), config: null, deployments: [], warnings: [] };
  const snapshot = buildSnapshot(parsed.config, {
    version: '1-a',
    source: 'x',
    nowUnixMs: 1,
    seal: (plain, id) => sealSecret(plain, key, id),
  });
  const warnings = parsed.warnings.map(formatProblem);
  return { problems: [], config: parsed.config, deployments: snapshot.deployments, warnings };
}

const opened = (deployment: { apiKey?: string; id: string } | undefined) =>
  openSecret(deployment?.apiKey ?? '', key, deployment?.id ?? '');

const entry = (more: string) => `  - model_name: a\n    litellm_params: { model: openai/a, ${more} }\n`;
const LIST = `credential_list:
  - credential_name: team
    credential_values: { api_key: sk-of-the-team, api_base: os.environ/TEAM_BASE }
    credential_info: { owner: somebody }
`;

describe('named credentials', () => {
  it('B5 of the file fill in what a deployment does not say; what it says wins', () => {
    const models = entry('litellm_credential_name: team') + entry('litellm_credential_name: team, api_key: sk-own');
    const { deployments, warnings, problems } = parse(
      `model_list:\n${models}${LIST}`,
      {},
      { TEAM_BASE: 'http://t/v1' },
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(deployments.map(opened)).toEqual(['sk-of-the-team', 'sk-own']);
    expect(deployments.map(({ apiBase }) => apiBase)).toEqual(['http://t/v1', 'http://t/v1']);
    expect(JSON.stringify(deployments)).not.toContain('team');
  });

  it('B5 stored ones count where the file has none of that name', () => {
    const models = entry('litellm_credential_name: team') + entry('litellm_credential_name: other');
    const stored = { team: { api_key: 'sk-stored' }, other: { api_key: 'os.environ/KEY' } };
    const { deployments } = parse(`model_list:\n${models}${LIST}`, stored, { TEAM_BASE: 'http://t' });
    expect(opened(deployments[0])).toBe('sk-of-the-team');
    expect(deployments[1]?.apiKey).toBe('os.environ/KEY');
  });

  it('B5 another value is another version', () => {
    const text = `model_list:\n${entry('litellm_credential_name: s')}`;
    const [one, two] = ['1', '2'].map((digit) => parse(text, { s: { api_key: `sk-${digit}` } }).config);
    expect(fingerprintConfig(one!, key)).not.toBe(fingerprintConfig(two!, key));
  });

  it('B5 a base URL that is not set skips the deployments that rest on it', () => {
    const models = entry('litellm_credential_name: team') + entry('api_key: sk-own');
    const { deployments, warnings } = parse(`model_list:\n${models}${LIST}`);
    expect(deployments).toHaveLength(1);
    expect(warnings.join()).toMatch(/g\.yaml:3.*skipped: TEAM_BASE is not set/);
  });

  it.each([
    [
      'a name that nobody has',
      entry('litellm_credential_name: taem') + LIST,
      /^g\.yaml:3:\d+ model_list\[0\]\.litellm_params\.litellm_credential_name names a credential that does not exist; did you mean "team"\?/,
    ],
    [
      'two of one name',
      `${entry('x: 1')}${LIST}${LIST.split('\n').slice(1).join('\n')}`,
      /credential_list\[1\]\.credential_name is the name of another/,
    ],
    [
      'a value that is none',
      `${entry('x: 1')}${LIST.replace('api_key', 'api_kye')}`,
      /credential_values\.api_kye is not a value that a credential can hold; did you mean "api_key"/,
    ],
    [
      'a list in it',
      `${entry('x: 1')}${LIST.replace('sk-of-the-team', '[1]')}`,
      /credential_values\.api_key must be text/,
    ],
    [
      'an unknown key',
      `${entry('x: 1')}${LIST.replace('credential_info', 'credential_inf')}`,
      /did you mean "credential_info"/,
    ],
  ])('L3 %s is refused at its place', (_case, text, message) => {
    const { problems } = parse(`model_list:\n${text}`);
    expect(problems.join('\n')).toMatch(message);
    expect(problems.join('\n')).not.toContain('sk-of');
  });
});
