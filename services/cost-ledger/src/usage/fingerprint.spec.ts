import fc from 'fast-check';
import { Fingerprint } from './fingerprint';

type Value = string | number | boolean | null | undefined;

const of = (...values: readonly Value[]): string => {
  const fingerprint = new Fingerprint();
  for (const value of values) fingerprint.add(value);
  return fingerprint.toString();
};

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.maxSafeNat(),
  fc.boolean(),
  fc.constantFrom(null, undefined, '', 0, 1, 2 ** 32, 2 ** 40),
);

describe('Fingerprint', () => {
  it('is 16 hexadecimal digits, the same for the same values', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(of(...values)).toMatch(/^[0-9a-f]{16}$/);
        expect(of(...values)).toBe(of(...values));
      }),
    );
    // What is in the tables must compare with what the next version of this program makes.
    expect(of('worker', 7, null, true)).toBe('bb0018ed6f6a6c7a');
  });

  it('differs where the values differ', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (left, right) => {
        const same = left.length === right.length && left.every((item, index) => item === right[index]);
        expect(of(...left) === of(...right)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells apart what reads the same once joined, and nothing from zero', () => {
    const alike = [['ab', 'c'], ['a', 'bc'], ['abc'], ['a', 'b', 'c'], [1, 2], [12], ['1', '2'], [0], [null], [false]];
    const found = [...alike, [undefined], [''], [], [true], [2 ** 32], [2 ** 33]].map((values) => of(...values));
    expect(new Set(found).size).toBe(found.length);
  });

  it('has no two alike among twenty thousand that differ in one number', () => {
    const found = new Set<string>();
    for (let number = 0; number < 20_000; number += 1) found.add(of('attempt', number, 'gpt'));
    expect(found.size).toBe(20_000);
  });
});
