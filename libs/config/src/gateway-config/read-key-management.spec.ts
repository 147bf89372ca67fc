import { buildSnapshot } from './build-snapshot';
import { formatProblem } from './config-problem';
import { parseGatewayConfig } from './parse-gateway-config';

const parse = (text: string) =>
  parseGatewayConfig(text, {
    fileName: 'gateway.yaml',
    environment: { SET: 'x' },
    knownProviders: ['openai', 'azure'],
  });

const model = (params: string): string =>
  `model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n${params}`;

function snapshotOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const seal = (plain: string): string => `sealed(${plain.length})`;
  const stamp = { version: '1-a', source: 'gateway.yaml', nowUnixMs: 0, seal };
  return { snapshot: buildSnapshot(parsed.config, stamp), warnings: parsed.warnings.map(formatProblem) };
}

describe('references to secret managers', () => {
  it('E2 travel as the references they are, wherever a secret may stand', () => {
    const { snapshot } = snapshotOf(
      model(`      api_key: aws_secret_manager/keys#OPENAI
      client_secret: hashicorp_vault/azure
      tenant_id: google_secret_manager/tenant
      extra_headers: { X-Api-Key: os.file//run/secrets/header, X-Team: blue }
`),
    );
    expect(snapshot.deployments[0]).toMatchObject({
      apiKey: 'aws_secret_manager/keys#OPENAI',
      credentials: { client_secret: 'hashicorp_vault/azure', tenant_id: 'google_secret_manager/tenant' },
      extraHeaders: { 'X-Api-Key': 'os.file//run/secrets/header', 'X-Team': 'blue' },
    });
    expect(JSON.stringify(snapshot)).not.toContain('sealed');
  });

  it('E2 are references too when environment_variables or a credential holds them', () => {
    const { snapshot } = snapshotOf(`${model('      api_key: os.environ/MINE\n')}environment_variables:
  MINE: aws_secret_manager/openai
`);
    expect(snapshot.deployments[0]?.apiKey).toBe('aws_secret_manager/openai');
    const named = snapshotOf(`${model('      litellm_credential_name: team\n')}credential_list:
  - credential_name: team
    credential_values: { api_key: hashicorp_vault/team }
`);
    expect(named.snapshot.deployments[0]?.apiKey).toBe('hashicorp_vault/team');
  });

  it('E2 are refused with their line when they are malformed', () => {
    const parsed = parse(model('      api_key: hashicorp_vault/a b\n'));
    expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^gateway\.yaml:5:\d+ model_list\[0\]\.litellm_params\.api_key must name a secret of Hashi/,
      ),
    ]);
  });
});

describe('key_management_system', () => {
  const general = (settings: string): string =>
    `${model('      api_key: os.environ/SET\n')}general_settings:\n${settings}`;

  it('B1 says which manager os.environ/NAME is asked of, and for which names', () => {
    const all = snapshotOf(general('  key_management_system: hashicorp_vault\n'));
    expect(all.snapshot.secrets).toEqual({ manager: 'hashicorp_vault', hostedKeys: null, primarySecretName: null });
    const some = snapshotOf(
      general(`  key_management_system: aws_secret_manager
  key_management_settings: { hosted_keys: [SET], primary_secret_name: prod/keys, access_mode: read_only }
`),
    );
    expect(some.snapshot.secrets).toEqual({
      manager: 'aws_secret_manager',
      hostedKeys: ['SET'],
      primarySecretName: 'prod/keys',
    });
    expect(some.warnings.join('\n')).not.toContain('key_management');
  });

  it.each([
    ['local', '  key_management_system: local\n'],
    [
      'nothing is to be read',
      '  key_management_system: google_secret_manager\n  key_management_settings: { access_mode: write_only }\n',
    ],
  ])('B1 leaves it to the environment when %s', (_when, settings) => {
    expect(snapshotOf(general(settings)).snapshot.secrets).toBeUndefined();
  });

  it('L1 warns of managers that are not built, and of writing to one', () => {
    const { snapshot, warnings } = snapshotOf(
      general('  key_management_system: azure_key_vault\n  key_management_settings: { store_virtual_keys: true }\n'),
    );
    expect(snapshot.secrets).toBeUndefined();
    expect(warnings.join('\n')).toMatch(/"azure_key_vault" has no effect/);
    expect(warnings.join('\n')).toMatch(/no effect in this version: store_virtual_keys/);
  });

  it('L1 refuses a word that names no manager, and a primary secret that cannot be one', () => {
    expect(parse(general('  key_management_system: keychain\n')).ok).toBe(false);
    const settings =
      '  key_management_system: hashicorp_vault\n  key_management_settings: { primary_secret_name: a b }\n';
    expect(parse(general(settings)).ok).toBe(false);
  });
});
