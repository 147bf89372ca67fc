import { TokenReadError } from '@gateway/provider-kit';
import { entraAuthority, entraClientCredentials } from './entra-grant';

const grant = entraClientCredentials(
  {
    authority: new URL('https://login.microsoftonline.com'),
    tenantId: 'tenant',
    clientId: 'client',
    scope: 's/.default',
  },
  { clientSecret: 'hush-hush' },
);

const read = (status: number, body: unknown) =>
  grant.read({ status, headers: {} }, typeof body === 'string' ? body : JSON.stringify(body), 0);

const errorOf = (status: number, body: unknown): TokenReadError => {
  try {
    read(status, body);
  } catch (error) {
    if (error instanceof TokenReadError) return error;
  }
  throw new Error('a token, or another error');
};

describe('B5 Entra ID’s answers', () => {
  it('are tokens with a life, in numbers or in words', () => {
    expect(read(200, { access_token: 'abc', expires_in: 3599 })).toEqual({ token: 'abc', lifetimeMs: 3_599_000 });
    expect(read(200, { access_token: 'abc', expires_in: '60' })).toEqual({ token: 'abc', lifetimeMs: 60_000 });
    expect(read(200, { access_token: 'abc' })).toEqual({ token: 'abc', lifetimeMs: 3_600_000 });
    expect(read(200, { access_token: 'abc', expires_in: -1 })).toEqual({ token: 'abc', lifetimeMs: 3_600_000 });
  });

  it.each([
    [401, { error: 'invalid_client', error_description: 'AADSTS7000215: wrong secret hush-hush' }, true],
    [400, { error: 'unauthorized_client' }, true],
    [429, { error: 'temporarily_unavailable' }, false],
    [503, '<html>', false],
    [200, '<html>', false],
    [200, { access_token: '' }, false],
    [200, { access_token: 'a\r\nx-evil: 1' }, false],
    [200, 'null', false],
  ])('%d %j is no token', (status, body, isRefusal) => {
    const error = errorOf(status, body);
    expect(error.isRefusal).toBe(isRefusal);
    expect(error.message).not.toContain('hush');
  });

  it('say why by their code and number', () => {
    const body = { error: 'invalid_client', error_description: 'AADSTS7000215: wrong secret' };
    expect(errorOf(401, body).message).toBe('status 401, invalid_client (AADSTS7000215)');
  });
});

it.each([
  ['login.microsoftonline.us', 'https://login.microsoftonline.us'],
  ['https://login.partner.microsoftonline.cn/', 'https://login.partner.microsoftonline.cn'],
  ['http://127.0.0.1:5', 'http://127.0.0.1:5'],
])('B5 the authority %s is %s', (host, origin) => {
  expect(entraAuthority(host)?.origin).toBe(origin);
});

it('B5 something else is no authority', () => {
  expect(['a b', 'https://', ''].map(entraAuthority)).toEqual([null, null, null]);
});
