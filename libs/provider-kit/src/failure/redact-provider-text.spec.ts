import fc from 'fast-check';
import { redactProviderText } from './redact-provider-text';

describe('N3 redactProviderText', () => {
  it.each([
    [
      'Incorrect API key provided: sk-ab***************yz. Find yours',
      'Incorrect API key provided: [redacted]. Find yours',
    ],
    ['bad key=abc123secret, try again', 'bad key=[redacted], try again'],
    ['got "Authorization: Bearer abc.def" here', 'got "Authorization: [redacted] [redacted]" here'],
    ['use https://me:pw@proxy.example/x', 'use https://[redacted]@proxy.example/x'],
    ['two\nlines\tand\u0000nothing', 'two lines andnothing'],
    [
      'model claude-sonnet-4-5-20250929 and gpt-4.1-mini-2025-04-14',
      'model claude-sonnet-4-5-20250929 and gpt-4.1-mini-2025-04-14',
    ],
    ['accounts/fireworks/models/llama-v3p1-405b-instruct', 'accounts/fireworks/models/llama-v3p1-405b-instruct'],
    ['task-force risk-based', 'task-force risk-based'],
  ])('%j → %j', (text, expected) => {
    expect(redactProviderText(text)).toBe(expected);
  });

  it('sees a key through invisible characters', () => {
    expect(redactProviderText('sk-\u200babcdefghijkl')).toBe('[redacted]');
  });

  it('removes a secret it is told, of any shape, wherever it is', () => {
    const known = fc.string({ minLength: 4 }).filter((text) => text.trim().length >= 4 && !/[\s\p{C}]/u.test(text));
    fc.assert(
      fc.property(known, fc.string(), fc.string(), (key, before, after) => {
        const text = redactProviderText(`${before}${key}${after}`, [key]);
        // The mask's own letters are no leak.
        expect(text.replaceAll('[redacted]', '')).not.toContain(key);
      }),
    );
  });

  it('takes time in proportion to the text, also for texts made to be hard', () => {
    // Not timed: a pattern that backtracks would not come back before the test runner gives up.
    for (const hard of [
      'sk-'.repeat(50_000),
      'a1'.repeat(100_000),
      '-'.repeat(200_000),
      'key='.repeat(50_000),
      'a:'.repeat(90_000),
    ]) {
      expect(redactProviderText(hard).length).toBeLessThanOrEqual(8192);
    }
  });
});
