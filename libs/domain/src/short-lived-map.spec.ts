import fc from 'fast-check';
import { ShortLivedMap } from './short-lived-map';

type Step = { readonly set: number } | { readonly remove: number };

const key = fc.integer({ min: 0, max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(fc.record({ set: key }), fc.record({ remove: key }));

it('is always the same as a Map, across any number of renewals', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
      const plain = new Map<number, number>();
      const map = new ShortLivedMap<number, number>();
      steps.forEach((one, at) => {
        if ('set' in one) {
          plain.set(one.set, at);
          map.set(one.set, at);
        } else {
          expect(map.delete(one.remove)).toBe(plain.delete(one.remove));
        }
      });
      expect(map.size).toBe(plain.size);
      expect(map.values()).toEqual([...plain.values()]);
      for (let name = 0; name <= 40; name += 1)
        expect([map.get(name), map.has(name)]).toEqual([plain.get(name), plain.has(name)]);
    }),
    { numRuns: 60 },
  );
});

it('lets entries go while its values are read', () => {
  const map = new ShortLivedMap<string, string>();
  for (const name of ['a', 'b', 'c']) map.set(name, name);
  for (const value of map.values()) map.delete(value);
  expect(map.size).toBe(0);
});
