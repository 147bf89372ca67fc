import fc from 'fast-check';
import { newRequestId } from './new-request-id';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => jest.restoreAllMocks());

it('is always a UUID of version 7, and later ones sort behind earlier ones', () => {
  const clock = jest.spyOn(Date, 'now');
  const unixMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(unixMs, unixMs, (one, other) => {
      fc.pre(one < other);
      clock.mockReturnValue(one);
      const earlier = newRequestId();
      clock.mockReturnValue(other);
      const later = newRequestId();
      expect([earlier, later]).toEqual([expect.stringMatching(VERSION_7), expect.stringMatching(VERSION_7)]);
      expect(earlier < later).toBe(true);
      expect(Number.parseInt(earlier.replace('-', '').slice(0, 12), 16)).toBe(one);
    }),
  );
});

it('is another one each time, also within a millisecond', () => {
  jest.spyOn(Date, 'now').mockReturnValue(1_795_000_000_000);
  expect(new Set(Array.from({ length: 10_000 }, newRequestId)).size).toBe(10_000);
});
