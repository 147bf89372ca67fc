import { Bill } from './bill';

describe('bill', () => {
  test('totals go on counting when old rows are dropped', () => {
    const bill = new Bill(2);
    for (let index = 1; index <= 7; index += 1) {
      const row = bill.open({ requestId: `r${index}`, model: 'm', stream: false });
      Object.assign(row, { billed: index !== 3, promptTokens: 10, completionTokens: index });
    }
    expect(bill.rows().length).toBeLessThan(4);
    expect(bill.rows().at(-1)?.requestId).toBe('r7');
    expect(bill.totals()).toEqual({
      requests: 7,
      billedRequests: 6,
      promptTokens: 60,
      completionTokens: 25,
      cachedTokens: 0,
    });
  });

  test('rows are copies, so that nobody can change the bill', () => {
    const bill = new Bill(2);
    bill.open({ requestId: 'r', model: 'm', stream: true });
    Object.assign(bill.rows()[0]!, { model: 'changed' });
    expect(bill.rows()[0]!.model).toBe('m');
  });
});
