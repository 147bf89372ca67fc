import { TurnBatch } from './turn-batch';

/** Doubles, and remembers what it was asked together; a negative number is too much for it. */
function aBatch() {
  const questions: number[][] = [];
  const batch = new TurnBatch<number, number>(async (asks) => {
    questions.push([...asks]);
    if (asks.some((ask) => ask < 0)) throw new Error('no');
    return asks.map((ask) => 2 * ask);
  });
  return { batch, questions };
}

describe('TurnBatch', () => {
  it('asks once for all that is asked in a turn, and answers each with its own', async () => {
    const { batch, questions } = aBatch();
    expect(await Promise.all([batch.ask(1), batch.ask(2)])).toEqual([2, 4]);
    expect(await batch.ask(3)).toBe(6);
    expect(questions).toEqual([[1, 2], [3]]);
  });

  it('asks at once for what waits when it is told to, and not again', async () => {
    const { batch, questions } = aBatch();
    const answer = batch.ask(1);
    batch.send();
    expect(questions).toEqual([[1]]);
    expect(await answer).toBe(2);
    expect(await batch.ask(2)).toBe(4);
    expect(questions).toEqual([[1], [2]]);
  });

  it('asks of many a hundred at a time, in their order', async () => {
    const { batch, questions } = aBatch();
    const asks = Array.from({ length: 250 }, (_none, index) => index);
    expect(await Promise.all(asks.map((ask) => batch.ask(ask)))).toEqual(asks.map((ask) => 2 * ask));
    expect(questions.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(questions.flat()).toEqual(asks);
  });

  it('fails all that went together, and nothing after that', async () => {
    const { batch } = aBatch();
    const both = await Promise.allSettled([batch.ask(1), batch.ask(-1)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await batch.ask(2)).toBe(4);
  });
});
