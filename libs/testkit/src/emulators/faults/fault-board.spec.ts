import { FaultBoard } from './fault-board';

const taken = (board: FaultBoard, ...models: string[]) => models.map((model) => board.take(model).status ?? 0);

describe('fault board', () => {
  test('without a rule nothing happens', () => {
    expect(new FaultBoard().take('mock-gpt')).toEqual({});
  });

  test('nth and times choose requests among those that match', () => {
    const board = new FaultBoard();
    board.add({ model: 'a', nth: 2, times: 2 }, { status: 500 });
    expect(taken(board, 'a', 'b', 'a', 'a', 'a')).toEqual([0, 0, 500, 500, 0]);
  });

  test('the first rule that fits wins, and a later one takes over when it is used up', () => {
    const board = new FaultBoard();
    board.add({ times: 1 }, { status: 500 });
    board.add({ model: 'mock-*' }, { status: 503 });
    expect(taken(board, 'mock-gpt', 'mock-gpt', 'other')).toEqual([500, 503, 0]);
  });

  test('suffixes are added to the standing rule, and stop after times-N', () => {
    const board = new FaultBoard();
    board.add({}, { headerDelayMs: 5, status: 500 });
    expect(board.take('m+status-429+times-1')).toEqual({ headerDelayMs: 5, status: 429 });
    expect(board.take('m+status-429+times-1')).toEqual({ headerDelayMs: 5, status: 500 });
  });

  test('clear forgets rules and counts', () => {
    const board = new FaultBoard();
    board.add({}, { status: 500 });
    expect(taken(board, 'm+status-429+times-1')).toEqual([429]);
    board.clear();
    expect(taken(board, 'm', 'm+status-429+times-1')).toEqual([0, 429]);
    expect(board.list()).toEqual([]);
  });
});
