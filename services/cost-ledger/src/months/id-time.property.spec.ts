import { newRequestId } from '@gateway/service-kit';
import fc from 'fast-check';
import { firstIdOf, timeOfId } from './id-time';
import { monthName, monthNamed, monthOf } from './month';

afterEach(() => jest.restoreAllMocks());

// Ids of this form can tell times up to the year 10889; PostgreSQL and ISO 8601 agree up to 9999.
const unixMs = fc.integer({ min: 0, max: 253_402_300_799_999 });

it('an id is not before the first of its millisecond and of its month, and before those of the next', () => {
  const clock = jest.spyOn(Date, 'now');
  fc.assert(
    fc.property(unixMs, (time) => {
      clock.mockReturnValue(time);
      const id = newRequestId();
      expect(timeOfId(id)).toBe(time);
      expect(firstIdOf(time) <= id && id < firstIdOf(time + 1)).toBe(true);
      expect(firstIdOf(monthOf(time)) <= id && id < firstIdOf(monthOf(time, 1))).toBe(true);
    }),
  );
});

it('a month is whole, in UTC, and found again by its name', () => {
  fc.assert(
    fc.property(unixMs, (time) => {
      const [begin, end] = [monthOf(time), monthOf(time, 1)];
      expect(begin <= time && time < end).toBe(true);
      expect([monthOf(begin), monthOf(end - 1), monthOf(end, -1)]).toEqual([begin, begin, begin]);
      expect(monthNamed(monthName(begin))).toBe(begin);
    }),
  );
});

it.each(['r1', '', '019a-', '0192f0aa-1b2c-4abc-8000-000000000000', '0192F0AA-1B2C-7abc-8000-000000000000'])(
  'tells no time: %j',
  (id) => {
    expect(timeOfId(id)).toBeNull();
  },
);

it.each(['other', '2026_1', '2026_011', ''])('names no month: %j', (name) => {
  expect(monthNamed(name)).toBeNull();
});
