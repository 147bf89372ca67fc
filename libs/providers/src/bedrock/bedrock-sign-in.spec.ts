import { locateBedrock } from './bedrock-location';
import { BEDROCK_SIGN_IN } from './bedrock-sign-in';

const KEYS = { aws_access_key_id: 'AKID', aws_secret_access_key: 'secret' };
const ROLE = 'arn:aws:iam::1:role/r';
const choose = (own: Record<string, string>, shared: Record<string, string> = {}) =>
  BEDROCK_SIGN_IN.choose({ own, shared });
const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

describe('B5 who calls Bedrock', () => {
  it('is who the deployment says, and never half of it and half of the environment', () => {
    expect(choose(KEYS)).toEqual({ type: 'aws-keys', keys });
    expect(choose({ ...KEYS, aws_session_token: 't' })).toEqual({
      type: 'aws-keys',
      keys: { ...keys, sessionToken: 't' },
    });
    expect(choose({ aws_access_key_id: 'AKID' }, KEYS)).toEqual({
      type: 'incomplete',
      missing: ['aws_secret_access_key'],
    });
    expect(choose({ aws_secret_access_key: 's' })).toEqual({ type: 'incomplete', missing: ['aws_access_key_id'] });
    expect(choose({ aws_profile_name: 'p' }, { ...KEYS, aws_role_name: ROLE })).toEqual({
      type: 'aws-caller',
      caller: { profile: 'p' },
    });
  });

  it('is AWS’s default chain where nobody says anything; its own variables are the chain’s to read', () => {
    expect(choose({})).toEqual({ type: 'aws-caller', caller: {} });
    expect(choose({ aws_region_name: 'eu-west-1' }, KEYS)).toEqual({ type: 'aws-caller', caller: {} });
    expect(choose({}, { aws_profile_name: 'p' })).toEqual({ type: 'aws-caller', caller: { profile: 'p' } });
    expect(BEDROCK_SIGN_IN.namesCaller?.(['aws_region_name', 'aws_sts_endpoint'])).toBe(false);
    expect(BEDROCK_SIGN_IN.namesCaller?.(['aws_role_name'])).toBe(true);
  });

  it('takes on a role with what it has, or with another’s token', () => {
    const role = { arn: ROLE, sessionName: 'llm-gateway', region: 'us-west-2' };
    expect(choose({ ...KEYS, aws_role_name: ROLE })).toEqual({ type: 'aws-caller', caller: { keys, role } });
    const named = {
      aws_session_name: 's',
      aws_external_id: 'x',
      aws_sts_endpoint: 'https://sts',
      aws_region_name: 'r-1',
    };
    expect(choose({ aws_role_name: ROLE, ...named })).toEqual({
      type: 'aws-caller',
      caller: { role: { arn: ROLE, sessionName: 's', externalId: 'x', stsEndpoint: 'https://sts', region: 'r-1' } },
    });
    const by = (token: string) => choose({ aws_role_name: ROLE, aws_web_identity_token: token });
    expect(by('a.b.c')).toEqual({ type: 'aws-caller', caller: { role: { ...role, webIdentity: { token: 'a.b.c' } } } });
    expect(by('oidc/file//var/t')).toMatchObject({ caller: { role: { webIdentity: { file: '/var/t' } } } });
    expect(by('oidc/github/x')).toMatchObject({ type: 'unusable' });
    expect(choose({ aws_web_identity_token: 'a.b.c' })).toEqual({ type: 'incomplete', missing: ['aws_role_name'] });
  });

  it('has no key that would break a header', () => {
    expect(choose({ ...KEYS, aws_access_key_id: 'A\nB' })).toMatchObject({ type: 'unusable' });
  });
});

describe('B2 the region of a deployment', () => {
  const locate = (providerModel: string, own: Record<string, string> = {}, shared: Record<string, string> = {}) =>
    locateBedrock({ own, shared, providerModel });
  const at = (region: string) => ({ region, defaultBaseUrl: `https://bedrock-runtime.${region}.amazonaws.com` });

  it('is said by the deployment, its model, the environment, or nobody', () => {
    const shared = { aws_region: 'eu-west-1', aws_default_region: 'eu-west-2' };
    const arn = 'arn:aws:bedrock:ap-south-1:1:inference-profile/x';
    expect(locate('us-east-1/m', { aws_region_name: 'eu-north-1' }, shared)).toEqual(at('eu-north-1'));
    expect(locate('us-east-1/m', {}, shared)).toEqual(at('us-east-1'));
    expect(locate(arn, {}, shared)).toEqual(at('ap-south-1'));
    expect(locate('m', {}, { ...shared, aws_region_name: 'eu-west-3' })).toEqual(at('eu-west-3'));
    expect(locate('m', {}, shared)).toEqual(at('eu-west-1'));
    expect(locate('m')).toEqual(at('us-west-2'));
  });

  it('never leads elsewhere', () => {
    expect(locate('m', { aws_region_name: 'x.evil.example/' })).toEqual({ unusable: 'the AWS region is none' });
    expect(locate('m', { aws_bedrock_runtime_endpoint: 'https://vpce.example' })).toMatchObject({
      ownBaseUrl: 'https://vpce.example',
    });
    expect(locate('m', { aws_bedrock_runtime_endpoint: 'vpce' })).toHaveProperty('unusable');
  });
});
