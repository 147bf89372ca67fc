import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { type GrantMoment, type TokenGrant, TokenReadError } from '@gateway/provider-kit';
import { selfSignedCertificate } from '@gateway/testkit';
import { AZURE_SIGN_IN } from './azure-sign-in';

type Named = Readonly<Record<string, string>>;
const choose = (own: Named, shared: Named = {}) => AZURE_SIGN_IN.choose({ own, shared });
const APP = { tenant_id: 't', client_id: 'app' };

function grantOf(own: Named, shared: Named = {}): TokenGrant {
  const chosen = choose(own, shared);
  if (chosen.type !== 'grant') throw new Error(`no grant: ${JSON.stringify(chosen)}`);
  return chosen.grant;
}

const NOW_MS = 1_800_000_000_000;
const moment = (files: Named): GrantMoment => ({
  nowUnixMs: NOW_MS,
  readText(path) {
    const text = files[path];
    if (text === undefined) throw new TokenReadError('no such file', true);
    return text;
  },
});
const formOf = (grant: TokenGrant, files: Named = {}) => {
  const call = grant.callAt?.(moment(files)) ?? grant.call;
  return Object.fromEntries(new URLSearchParams(Buffer.from(call.body ?? []).toString('utf8')));
};

describe('B5 who signs in at Entra ID', () => {
  it.each([
    [{ ...APP, client_secret: 's' }, {}, 'client_secret'],
    [{ ...APP, client_certificate_path: '/c.pem' }, { client_secret: 'shared' }, 'client_assertion_type'],
    [APP, { client_secret: 'shared', azure_federated_token_file: '/t' }, 'client_secret'],
    [
      { ...APP, azure_credential: 'WorkloadIdentityCredential' },
      { client_secret: 's', azure_federated_token_file: '/t' },
      'client_assertion_type',
    ],
    [{}, { ...APP, azure_federated_token_file: '/t' }, 'client_assertion_type'],
    [{ ...APP, azure_ad_token: 'oidc/file//t' }, {}, 'client_assertion_type'],
    [{ azure_credential: 'DefaultAzureCredential' }, { ...APP, client_secret: 's' }, 'client_secret'],
  ])('is told by %j and %j: %s', (own, shared, field) => {
    const grant = grantOf(own, shared);
    expect(grant.call.path).toBe('/t/oauth2/v2.0/token');
    expect(Object.keys(formOf({ ...grant, callAt: undefined }))).toContain(field);
  });

  it.each([
    [{}, {}, { type: 'none' }],
    [APP, {}, { type: 'incomplete', missing: ['client_secret'] }],
    [{ azure_credential: 'CertificateCredential' }, APP, { type: 'incomplete', missing: ['client_certificate_path'] }],
    [{ azure_credential: 'AzureCliCredential' }, {}, { type: 'unusable' }],
    [{ azure_ad_token: 'oidc/github/x' }, {}, { type: 'token', token: 'oidc/github/x' }],
    [{ azure_ad_token: 'a b' }, {}, { type: 'unusable' }],
    [{}, { azure_ad_token: 'shared' }, { type: 'token', token: 'shared' }],
  ])('with %j and %j is %j', (own, shared, chosen) => {
    expect(choose(own, shared)).toMatchObject(chosen);
  });
});

describe('B5 a managed identity', () => {
  const MANAGED = { azure_credential: 'ManagedIdentityCredential' };
  const resource = 'resource=https%3A%2F%2Fcognitiveservices.azure.com';

  it('is asked for at the metadata service of the machine', () => {
    const { call } = grantOf(MANAGED);
    expect(call).toMatchObject({ origin: 'http://169.254.169.254', method: 'GET', body: null });
    expect(call.path).toBe(`/metadata/identity/oauth2/token?api-version=2018-02-01&${resource}`);
    expect(call.headers.metadata).toBe('true');
    const assigned = grantOf({ ...MANAGED, client_id: 'id' }, { metadata_host: 'http://127.0.0.1:5' });
    expect(assigned.call).toMatchObject({
      origin: 'http://127.0.0.1:5',
      path: expect.stringContaining('client_id=id'),
    });
  });

  it('is asked for where App Service says, without being told to', () => {
    const { call } = grantOf({}, { identity_endpoint: 'http://localhost:42/msi/token?x=1', identity_header: 'secret' });
    expect(call.origin + call.path).toBe(`http://localhost:42/msi/token?x=1&api-version=2019-08-01&${resource}`);
    expect(call.headers['x-identity-header']).toBe('secret');
    expect(choose({}, { identity_endpoint: 'http://localhost:42' })).toEqual({ type: 'none' });
  });

  it('has tokens until the moment that is said', () => {
    const { read } = grantOf(MANAGED);
    const lifetime = (answer: object) =>
      read({ status: 200, headers: {} }, JSON.stringify({ access_token: 'x', ...answer }), NOW_MS).lifetimeMs;
    expect(lifetime({ expires_in: '60', expires_on: '1' })).toBe(60_000);
    expect(lifetime({ expires_on: String(NOW_MS / 1000 + 90) })).toBe(90_000);
    expect(lifetime({ expires_on: 'never' })).toBe(3_600_000);
  });
});

describe('B5 a token of another provider', () => {
  const grant = grantOf({ ...APP, azure_federated_token_file: '/t' });

  it('is read from its file at every sign-in', () => {
    expect(formOf(grant, { '/t': 'first\n' }).client_assertion).toBe('first');
    expect(formOf(grant, { '/t': 'second' })).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      scope: 'https://cognitiveservices.azure.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'second',
    });
  });

  it.each([{}, { '/t': '' }, { '/t': 'a b' }])('is none in %j', (files) => {
    expect(() => formOf(grant, files as Named)).toThrow(TokenReadError);
  });
});

describe('B5 a certificate', () => {
  const files = { '/c.pem': selfSignedCertificate(), '/locked.pem': selfSignedCertificate('hush') };
  const certified = (more: Named = {}) => grantOf({ ...APP, client_certificate_path: '/c.pem', ...more });
  const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

  it('signs who asks whom, for a while', () => {
    const [head, payload, signature = ''] = (formOf(certified(), files).client_assertion ?? '').split('.');
    const { raw, publicKey } = new X509Certificate(files['/c.pem']);
    expect(decoded(head)).toEqual({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
    });
    const nowS = NOW_MS / 1000;
    expect(decoded(payload)).toEqual({
      aud: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
      iss: 'app',
      sub: 'app',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: nowS,
      nbf: nowS,
      exp: nowS + 600,
    });
    const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${payload}`),
      { key, padding: 6, saltLength: 32 },
      Buffer.from(signature, 'base64url'),
    );
    expect(isSigned).toBe(true);
    expect(formOf(certified(), files).client_assertion).not.toBe(formOf(certified(), files).client_assertion);
  });

  it('may be locked, and is never shown', () => {
    const locked = { client_certificate_path: '/locked.pem' };
    expect(formOf(certified({ ...locked, client_certificate_password: 'hush' }), files).client_assertion).toMatch(/\./);
    for (const grant of [certified(locked), certified({ ...locked, client_certificate_password: 'wrong' })]) {
      expect(() => formOf(grant, files)).toThrow(/^\/locked\.pem holds no certificate with its own RSA key/);
    }
    const [mine] = files['/c.pem'].split('-----BEGIN PRIVATE');
    const [, key] = selfSignedCertificate().split('-----END CERTIFICATE-----\n');
    expect(() => formOf(certified(), { '/c.pem': `${mine}${key}` })).toThrow(TokenReadError);
  });

  it('shares tokens with its equals alone', () => {
    const identities = [
      certified(),
      certified({ client_certificate_password: 'x' }),
      certified(),
      certified({ client_id: 'b' }),
    ];
    expect(new Set(identities.map(({ identity }) => identity)).size).toBe(3);
    expect(identities.some(({ identity }) => identity.includes('"x"'))).toBe(false);
  });
});
