import { LinePlaces } from './line-places';

const NEVER = new AbortController().signal;

/** Lets everything that is decided already be known. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function asking(places: LinePlaces, count: number, signal = NEVER) {
  const taken: boolean[] = [];
  for (let asked = 0; asked < count; asked += 1) void places.take(signal).then((place) => taken.push(place));
  return taken;
}

describe('A6 places for lines of batches', () => {
  it('are as many as there are, and go to whoever asked first', async () => {
    const places = new LinePlaces({ most: 2, interactive: () => 0 });
    const first = asking(places, 3);
    const second = asking(places, 1);
    await settle();
    expect([first.length, second.length]).toEqual([2, 0]);
    places.giveBack();
    await settle();
    expect([first.length, second.length]).toEqual([3, 0]);
    places.giveBack();
    await settle();
    expect(second).toEqual([true]);
  });

  it('are left to clients, one for each, down to one', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    let interactive = 2;
    const places = new LinePlaces({ most: 3, interactive: () => interactive });
    const taken = asking(places, 4);
    await settle();
    expect(taken).toHaveLength(1);
    interactive = 50;
    places.giveBack();
    await settle();
    expect(taken).toHaveLength(2);
    interactive = 0;
    await jest.advanceTimersByTimeAsync(50);
    expect(taken).toHaveLength(4);
    jest.useRealTimers();
  });

  it('are not waited for by whoever gave up', async () => {
    const places = new LinePlaces({ most: 1, interactive: () => 0 });
    const first = asking(places, 1);
    const hurry = new AbortController();
    const gaveUp = asking(places, 2, hurry.signal);
    const last = asking(places, 1);
    hurry.abort();
    await settle();
    expect([first, gaveUp, last]).toEqual([[true], [false, false], []]);
    places.giveBack();
    await settle();
    expect(last).toEqual([true]);
    expect(await places.take(hurry.signal)).toBe(false);
  });
});
