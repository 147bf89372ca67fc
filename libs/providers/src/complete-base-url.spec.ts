import { completeBaseUrl } from './complete-base-url';

const TEMPLATE = 'https://{MY_ACCOUNT}.example/{MY_ACCOUNT}/{REGION}/v1';

describe('B6 a base URL with placeholders', () => {
  it('is filled from the environment', () => {
    expect(completeBaseUrl(TEMPLATE, { MY_ACCOUNT: 'org-x_1', REGION: 'eu.1' })).toEqual({
      ok: true,
      baseUrl: 'https://org-x_1.example/org-x_1/eu.1/v1',
    });
    expect(completeBaseUrl('https://a.example/v1', {})).toEqual({ ok: true, baseUrl: 'https://a.example/v1' });
  });

  it('says what is missing', () => {
    const reason = 'api_base or REGION is not set';
    expect(completeBaseUrl(TEMPLATE, { MY_ACCOUNT: 'x', REGION: '' })).toEqual({ ok: false, reason });
  });

  it.each(['evil.example/', 'a@b', '../x', 'a b', '-', 'x?y'])('does not let %s lead elsewhere', (value) => {
    const completed = completeBaseUrl(TEMPLATE, { MY_ACCOUNT: value, REGION: 'r' });
    expect(completed).toEqual({ ok: false, reason: 'MY_ACCOUNT cannot be part of a URL' });
  });
});
