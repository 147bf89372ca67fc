import fc from 'fast-check';
import { retryAfterMs } from './retry-after';

const DATE = 'Wed, 21 Oct 2026 07:28:00 GMT';
const DATE_UNIX_MS = Date.parse(DATE);

describe('C4 retryAfterMs', () => {
  it.each([
    ['nothing said', {}, undefined],
    ['seconds', { 'retry-after': '12' }, 12_000],
    ['part of a second', { 'retry-after': '0.25' }, 250],
    ['zero', { 'retry-after': '0' }, 0],
    ['milliseconds win', { 'retry-after-ms': '40', 'retry-after': '1' }, 40],
    ['a date, by the response’s own clock', { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: DATE }, 30_000],
    ['a date already past', { 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date: DATE }, 0],
    ['a date without a clock to measure it', { 'retry-after': DATE }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['no number at all', { 'retry-after-ms': 'NaN', 'retry-after': 'Infinity' }, undefined],
    ['longer than a week', { 'retry-after': '99999999' }, 7 * 24 * 3_600_000],
    ['OpenAI: tokens', { 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
    ['OpenAI: milliseconds', { 'x-ratelimit-reset-tokens': '20ms' }, 20],
    ['Groq: hours, minutes, seconds', { 'x-ratelimit-reset-tokens': '1h2m3.5s' }, 3_723_500],
    [
      'the limit that is used up, not the other',
      {
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-tokens': '9s',
        'x-ratelimit-remaining-tokens': '10',
      },
      1000,
    ],
    [
      'the longer of two used up',
      {
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-tokens': '9s',
        'x-ratelimit-remaining-tokens': '0',
      },
      9000,
    ],
    ['requests, when that is all there is', { 'x-ratelimit-reset-requests': '3s' }, 3000],
    ['OpenRouter: Unix milliseconds', { 'x-ratelimit-reset': String(DATE_UNIX_MS + 5000), date: DATE }, 5000],
    ['Unix seconds', { 'x-ratelimit-reset': String(DATE_UNIX_MS / 1000 + 5), date: DATE }, 5000],
    ['retry-after before reset', { 'retry-after': '2', 'x-ratelimit-reset-tokens': '9s' }, 2000],
  ] as [string, Record<string, string>, number | undefined][])('%s', (_name, headers, expected) => {
    expect(retryAfterMs(headers)).toBe(expected);
  });

  it('is always undefined or a whole number of milliseconds within a week', () => {
    const names = ['retry-after-ms', 'retry-after', 'date', 'x-ratelimit-reset', 'x-ratelimit-reset-tokens'];
    const value = fc.oneof(fc.string(), fc.double().map(String), fc.nat().map(String), fc.date().map(String));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (headers) => {
        const waitMs = retryAfterMs(headers);
        if (waitMs === undefined) return;
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(7 * 24 * 3_600_000);
      }),
      { numRuns: 2000 },
    );
  });
});
