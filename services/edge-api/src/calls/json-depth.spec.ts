import { isDeeperThan } from './json-depth';

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };

describe('isDeeperThan', () => {
  it('counts arrays and objects alike', () => {
    expect(isDeeperThan(nested(64), 64)).toBe(false);
    expect(isDeeperThan(nested(65), 64)).toBe(true);
    expect(isDeeperThan('text', 0)).toBe(false);
    expect(isDeeperThan({ shallow: 1, deep: [[[]]] }, 3)).toBe(true);
  });

  it('stops at the limit however deep it goes on', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(isDeeperThan(deep, 64)).toBe(true);
  });
});
