import fc from 'fast-check';
import { picoUsdPerToken } from './decimal-price';

describe('picoUsdPerToken', () => {
  it.each<[number | string, number]>([
    [1.5e-7, 150_000],
    ['1.5e-07', 150_000],
    ['0.00000015', 150_000],
    [0.0000025, 2_500_000],
    [0, 0],
    ['0.0', 0],
    [1e-12, 1],
    [1.5e-12, 2],
    [3, 3_000_000_000_000],
    ['.5', 500_000_000_000],
    [0.1 + 0.2, 300_000_000_000],
  ])('D1 reads %s exactly', (written, pico) => {
    expect(picoUsdPerToken(written)).toBe(pico);
  });

  it.each([
    -1,
    -0.1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    '.',
    'e5',
    'abc',
    '1,5',
    '0x10',
    '1e400',
    '1e-400',
    1e-13,
    1e9,
  ])('D1 refuses %s', (written) => {
    expect(picoUsdPerToken(written)).toBeNull();
  });

  it('D1 always gives back the integer that was written as a decimal, however it is spelled', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 12 }), (pico, places) => {
        const spelled = `${pico}e-12`;
        const shifted = `${(BigInt(pico) * 10n ** BigInt(places)).toString()}E-${12 + places}`;
        const plain = `0.${pico.toString().padStart(12, '0')}`;
        expect([spelled, shifted, plain].map(picoUsdPerToken)).toEqual([pico, pico, pico]);
      }),
    );
  });
});
