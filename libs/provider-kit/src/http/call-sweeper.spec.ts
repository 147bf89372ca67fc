import { CallSweeper } from './call-sweeper';

const PERIOD_MS = 20;

describe('the sweep over calls', () => {
  let sweeper: CallSweeper<{ checkDeadline(nowMs: number): void }>;
  let checks: number;
  let nowMs: number;

  /** The timer runs once, so long after it ran last. */
  function sweepAfter(milliseconds: number, times = 1): void {
    for (let count = 0; count < times; count += 1) {
      nowMs += milliseconds;
      jest.advanceTimersByTime(PERIOD_MS);
    }
  }

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    nowMs = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    checks = 0;
    sweeper = new CallSweeper(PERIOD_MS);
    sweeper.add({ checkDeadline: () => (checks += 1) });
  });

  afterEach(() => {
    sweeper.stop();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('looks at every call, period after period', () => {
    sweepAfter(PERIOD_MS, 10);
    expect(checks).toBe(10);
  });

  it('passes once after a stand-still, so that what arrived meanwhile is read first', () => {
    sweepAfter(60_000);
    expect(checks).toBe(0);
    sweepAfter(PERIOD_MS);
    expect(checks).toBe(1);
  });

  it('does not take the time before the first call, or since the last one, for a stand-still', () => {
    sweeper.stop();
    nowMs += 60_000;
    sweeper.add({ checkDeadline: () => (checks += 10) });
    sweepAfter(PERIOD_MS);
    expect(checks).toBe(11);
  });

  it('still looks at calls when every sweep is late', () => {
    sweepAfter(10 * PERIOD_MS, 10);
    expect(checks).toBe(5);
  });
});
