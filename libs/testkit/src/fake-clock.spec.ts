import { FakeClock } from './fake-clock';

describe('fake clock', () => {
  test('stands still until moved, and runs timers in the order they are due', () => {
    const clock = new FakeClock(1_000);
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, clock.now()]);
    clock.setTimeout(note('late'), 50);
    clock.setTimeout(() => clock.setTimeout(note('nested'), 10), 20);
    clock.clearTimeout(clock.setTimeout(note('never'), 5));
    expect(clock.now()).toBe(1_000);
    clock.advance(40);
    expect(seen).toEqual([['nested', 1_030]]);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(10);
    expect(seen).toEqual([
      ['nested', 1_030],
      ['late', 1_050],
    ]);
    expect(clock.now()).toBe(1_050);
  });

  test('one long step runs every timer at its own time, the earliest first', () => {
    const clock = new FakeClock(0);
    const seen: number[] = [];
    for (const delayMs of [30, 10, 20, 10]) clock.setTimeout(() => seen.push(clock.now()), delayMs);
    clock.advance(100);
    expect(seen).toEqual([10, 10, 20, 30]);
  });

  test('does not run backwards', () => {
    expect(() => new FakeClock().advance(-1)).toThrow(RangeError);
  });
});
