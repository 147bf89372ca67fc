import type { Deployment } from '@gateway/domain';
import fc from 'fast-check';
import { simpleShuffle } from './simple-shuffle';

const deployment = (id: string, extra: Partial<Deployment> = {}): Deployment => ({
  id,
  modelGroup: 'g',
  provider: 'openai',
  providerModel: 'm',
  pool: 'openai',
  ...extra,
});

/** A small deterministic generator (mulberry32), so that the distribution test always sees the same draws. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function firstPlaces(deployments: Deployment[], draws: number): Record<string, number> {
  const random = seeded(7);
  const counts: Record<string, number> = {};
  for (let draw = 0; draw < draws; draw += 1) {
    const first = simpleShuffle(deployments, random)[0]?.id ?? '';
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
}

describe('simpleShuffle', () => {
  it('C2 keeps every deployment exactly once', () => {
    const list = fc.uniqueArray(fc.record({ id: fc.string(), weight: fc.option(fc.nat(10), { nil: undefined }) }), {
      selector: (item) => item.id,
      maxLength: 12,
    });
    fc.assert(
      fc.property(list, fc.infiniteStream(fc.double({ min: 0, max: 0.99999, noNaN: true })), (items, chances) => {
        const deployments = items.map(({ id, weight }) => deployment(id, weight === undefined ? {} : { weight }));
        const shuffled = simpleShuffle(deployments, () => chances.next().value);
        expect(shuffled.map((item) => item.id).sort()).toEqual(items.map((item) => item.id).sort());
      }),
    );
  });

  it('C2 draws the first place in proportion to the weights (chi-square, 99.9 %)', () => {
    const weights = { a: 1, b: 3, c: 6 };
    const draws = 20_000;
    const counts = firstPlaces(
      Object.entries(weights).map(([id, weight]) => deployment(id, { weight })),
      draws,
    );
    const chiSquare = Object.entries(weights).reduce((sum, [id, weight]) => {
      const expected = (draws * weight) / 10;
      return sum + ((counts[id] ?? 0) - expected) ** 2 / expected;
    }, 0);
    // Two degrees of freedom.
    expect(chiSquare).toBeLessThan(13.82);
  });

  it('C2 without weights all are equal; rpm and tpm stand in for weights', () => {
    const even = firstPlaces([deployment('a'), deployment('b')], 10_000);
    expect(Math.abs((even.a ?? 0) - 5_000)).toBeLessThan(200);
    const byRpm = firstPlaces([deployment('a', { rpm: 900 }), deployment('b', { rpm: 100 })], 10_000);
    expect(byRpm.a ?? 0).toBeGreaterThan(8_800);
  });

  it('C2 a deployment of weight 0 is only a last resort', () => {
    expect(firstPlaces([deployment('a', { weight: 0 }), deployment('b', { weight: 1 })], 1_000)).toEqual({ b: 1_000 });
  });
});
