import * as fc from 'fast-check';
import { anySecret, quietText } from './__fixtures__/any-secret';
import { REDACTED, redactText } from './redact-text';

describe('redactText', () => {
  it('takes any secret-looking value out of any surrounding text', () => {
    fc.assert(
      fc.property(quietText, anySecret, quietText, (before, secret, after) => {
        const redacted = redactText(`${before} ${secret.text} ${after}`);
        expect(redacted).not.toContain(secret.hidden);
        expect(redacted).toContain(REDACTED);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes every one of several secrets out', () => {
    fc.assert(
      fc.property(fc.array(anySecret, { minLength: 2, maxLength: 6 }), (secrets) => {
        const redacted = redactText(secrets.map(({ text }) => text).join(' '));
        for (const { hidden } of secrets) expect(redacted).not.toContain(hidden);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'task-force meets risk-averse desk-top',
    'gpt-4o-mini answered in 12.5 ms',
    '8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92',
    'https://api.openai.com/v1/chat/completions?limit=3',
    'http://127.0.0.1:8080/a/@scope/b',
    'used 12 prompt tokens, key hash 1a2b, code: invalid_request',
    'at Object.<anonymous> (/srv/node_modules/@nestjs/core/router.js:46:28)',
    'sk-...abcd',
  ])('leaves ordinary text alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it.each([
    ['postgres://gateway:pa/ss@db:5432/x', 'postgres://[redacted]@db:5432/x'],
    ['redis://:hunter2@cache:6379', 'redis://[redacted]@cache:6379'],
    ['{"api_key":"a b,c","n":1}', '{"api_key":"[redacted]","n":1}'],
    ['{\\"password\\":\\"hunter2\\"}', '{\\"password\\":\\"[redacted]\\"}'],
    ['cookie: a=1; b=2', 'cookie: [redacted]'],
    ['GET /x?key=abc&limit=3', 'GET /x?key=[redacted]&limit=3'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['sent Bearer abc.def, refused', 'sent Bearer [redacted], refused'],
  ])('keeps what explains a secret: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('is linear on text made to be slow', () => {
    // Each of these takes minutes with an unbounded pattern; the test then ends by Jest's own limit, not by a clock here.
    const size = 64 * 1024;
    for (const unit of [
      'a',
      'a:',
      '://x:',
      '-eyJaaaaaaaa',
      'password="',
      'bearer ',
      'cookie  ',
      '&key=',
      'http://',
      'sk',
    ]) {
      const text = unit.repeat(size / unit.length);
      expect(redactText(text).length).toBeLessThanOrEqual(text.length * 4);
    }
  });
});
