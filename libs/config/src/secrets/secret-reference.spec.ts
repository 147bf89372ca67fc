import fc from 'fast-check';
import { formatSecretReference, isSecretReference, readSecretReference } from './secret-reference';

const kept = (keeper: string, name: string, field: string | null) => ({
  kind: 'reference',
  reference: { kind: 'kept', keeper, name, field },
});

describe('readSecretReference', () => {
  it.each([
    ['aws_secret_manager/prod/openai', kept('aws_secret_manager', 'prod/openai', null)],
    ['aws_secret_manager/prod/keys#OPENAI_API_KEY', kept('aws_secret_manager', 'prod/keys', 'OPENAI_API_KEY')],
    [
      'aws_secret_manager/arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai-AbCdEf',
      kept('aws_secret_manager', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai-AbCdEf', null),
    ],
    ['hashicorp_vault/OPENAI_API_KEY', kept('hashicorp_vault', 'OPENAI_API_KEY', 'key')],
    ['hashicorp_vault/team/openai#api_key', kept('hashicorp_vault', 'team/openai', 'api_key')],
    ['google_secret_manager/openai', kept('google_secret_manager', 'openai', null)],
    ['google_secret_manager/openai/versions/3#key', kept('google_secret_manager', 'openai/versions/3', 'key')],
    [
      'google_secret_manager/projects/p-1/secrets/openai/versions/latest',
      kept('google_secret_manager', 'projects/p-1/secrets/openai/versions/latest', null),
    ],
    ['os.file//run/secrets/openai', kept('os.file', '/run/secrets/openai', null)],
    ['os.environ/OPENAI_API_KEY', { kind: 'reference', reference: { kind: 'variable', name: 'OPENAI_API_KEY' } }],
  ])('E2 reads %s', (text, reading) => {
    expect(readSecretReference(text)).toEqual(reading);
  });

  it.each([
    'os.environ/',
    'os.environ/MY-KEY',
    'aws_secret_manager/',
    'aws_secret_manager/a b',
    'aws_secret_manager/keys#',
    'aws_secret_manager/keys#two words',
    'hashicorp_vault//openai',
    'hashicorp_vault/team/../root',
    'hashicorp_vault/openai?version=1',
    'google_secret_manager/team/openai',
    'google_secret_manager/openai/versions/',
    'os.file/run/secrets/openai',
    'os.file//run/secrets/../../etc/shadow',
    'os.file//run/secrets/',
  ])('E2 refuses %s, and says what it must be', (text) => {
    expect(readSecretReference(text)).toEqual({ kind: 'malformed', fault: expect.stringContaining('name') });
  });

  it.each(['sk-plain', 'a/b', 'aws_secret_manager', 'file//x', 'https://host/aws_secret_manager/x', ''])(
    'takes %j as the text it is',
    (text) => expect(isSecretReference(text)).toBe(false),
  );

  it('always writes a reference as it can be read again', () => {
    const name = fc.stringMatching(/^[a-z]{1,10}$/);
    const reference = fc.oneof(
      fc.record({ kind: fc.constant('variable' as const), name }),
      fc.record({
        kind: fc.constant('kept' as const),
        keeper: fc.constantFrom('aws_secret_manager' as const, 'google_secret_manager' as const),
        name,
        field: fc.option(name),
      }),
    );
    fc.assert(
      fc.property(reference, (one) => {
        expect(readSecretReference(formatSecretReference(one))).toEqual({ kind: 'reference', reference: one });
      }),
    );
  });
});
