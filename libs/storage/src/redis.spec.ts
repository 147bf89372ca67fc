import fc from 'fast-check';
import { reconnectDelayMs } from './redis';

it('waits between 50 ms and two seconds before each new connection, never less than before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (attempt) => {
      const delayMs = reconnectDelayMs(attempt);
      expect(delayMs).toBeGreaterThanOrEqual(50);
      expect(delayMs).toBeLessThanOrEqual(2_000);
      expect(reconnectDelayMs(attempt + 1)).toBeGreaterThanOrEqual(delayMs);
    }),
  );
  expect([1, 2, 3].map(reconnectDelayMs)).toEqual([50, 100, 200]);
});
