import fc from 'fast-check';
import { PollTimer } from './poll-timer';

describe('PollTimer', () => {
  let waits: number[] = [];
  beforeEach(() => {
    waits = [];
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((_run: () => void, delayMs: number) => {
      waits.push(delayMs);
      return null;
    }) as never);
  });
  afterEach(() => jest.restoreAllMocks());

  const after = (results: readonly boolean[], options: { pollMs: number; jitter: number; random: () => number }) => {
    const timer = new PollTimer(() => undefined, options);
    for (const failed of results) timer.next(failed);
    return waits;
  };

  it('L2 looks again soon, then ever later while a store is away, and as usual when it is back', () => {
    const options = { pollMs: 30_000, jitter: 0, random: () => 0.5 };
    const failed = [true, true, true, true, true, true, true, true, true];
    expect(after([false, ...failed, false], options)).toEqual([
      30_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000, 30_000,
    ]);
  });

  it('L2 always waits within the share that jitter allows', () => {
    const pollMs = fc.integer({ min: 1, max: 1_000_000 });
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(pollMs, share, share, (ms, jitter, random) => {
        waits = [];
        const [waitMs = -1] = after([false], { pollMs: ms, jitter, random: () => random });
        expect(waitMs).toBeGreaterThanOrEqual(ms * (1 - jitter) - 1e-6);
        expect(waitMs).toBeLessThanOrEqual(ms * (1 + jitter) + 1e-6);
      }),
    );
  });
});
