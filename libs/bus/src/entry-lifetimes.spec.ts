import { EntryLifetimes } from './entry-lifetimes';

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

function follow() {
  const expired: string[] = [];
  const nats = { isThere: true };
  const lifetimes = new EntryLifetimes({
    ttlMs: 15_000,
    isListening: () => nats.isThere,
    onExpired: (key) => expired.push(key),
  });
  return { expired, nats, lifetimes };
}

describe('EntryLifetimes', () => {
  it('a key that is silent for longer than its lifetime has run out, once; one that is refreshed has not', () => {
    const { expired, lifetimes } = follow();
    for (const key of ['crashed', 'live', 'deleted']) lifetimes.heard(key);
    lifetimes.forget('deleted');
    for (let passed = 0; passed < 15_000; passed += 5_000) {
      lifetimes.heard('live');
      jest.advanceTimersByTime(5_000);
    }
    expect(expired).toEqual([]);
    lifetimes.heard('live');
    jest.advanceTimersByTime(1_500);
    expect(expired).toEqual(['crashed']);
    jest.advanceTimersByTime(5_000);
    lifetimes.heard('crashed');
    jest.advanceTimersByTime(14_000);
    expect(expired).toEqual(['crashed', 'live']);
  });

  it('while NATS is away nobody’s time runs, and afterwards everybody has what was left', () => {
    const { expired, nats, lifetimes } = follow();
    lifetimes.heard('worker');
    jest.advanceTimersByTime(4_500);
    nats.isThere = false;
    jest.advanceTimersByTime(60_000);
    nats.isThere = true;
    jest.advanceTimersByTime(10_500);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1_500);
    expect(expired).toEqual(['worker']);
  });

  it('a process that was held up reads what came meanwhile before it takes anybody for silent', () => {
    const { expired, lifetimes } = follow();
    lifetimes.heard('worker');
    jest.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 60_000);
    jest.advanceTimersByTime(1_500);
    expect(expired).toEqual([]);
  });

  it('closed, it says nothing more', () => {
    const { expired, lifetimes } = follow();
    lifetimes.heard('worker');
    lifetimes.close();
    jest.advanceTimersByTime(60_000);
    expect(expired).toEqual([]);
  });
});
