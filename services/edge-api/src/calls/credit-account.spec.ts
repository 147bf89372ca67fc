import { CREDIT_WINDOW_BYTES, CREDIT_WINDOW_MESSAGES } from '@gateway/contracts';
import fc from 'fast-check';
import { CreditAccount } from './credit-account';

describe('CreditAccount', () => {
  it('tells at half a window, by messages or by bytes', () => {
    const byMessages = new CreditAccount();
    const due = Array.from({ length: CREDIT_WINDOW_MESSAGES / 2 }, () => byMessages.received(1, true));
    expect(due.indexOf(true)).toBe(CREDIT_WINDOW_MESSAGES / 2 - 1);
    expect(new CreditAccount().received(CREDIT_WINDOW_BYTES / 2, true)).toBe(true);
  });

  it('gives no credit while the client’s socket is full, and all of it once it is empty', () => {
    const account = new CreditAccount();
    expect(account.received(CREDIT_WINDOW_BYTES, false)).toBe(false);
    expect(account.received(CREDIT_WINDOW_BYTES, true)).toBe(false);
    expect(account.drained()).toBe(true);
    expect(account.take()).toEqual({ consumedBytes: CREDIT_WINDOW_BYTES * 2, consumedMessages: 2 });
    expect(account.drained()).toBe(false);
  });

  it('never lets a worker that keeps to the window wait for ever', () => {
    const message = fc.record({ bytes: fc.integer({ min: 1, max: 70_000 }), taken: fc.boolean() });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 300 }), (messages) => {
        const account = new CreditAccount();
        let open = { bytes: 0, count: 0 };
        for (const { bytes, taken } of messages) {
          open = { bytes: open.bytes + bytes, count: open.count + 1 };
          if (account.received(bytes, taken)) {
            account.take();
            open = { bytes: 0, count: 0 };
          } else if (open.bytes >= CREDIT_WINDOW_BYTES || open.count >= CREDIT_WINDOW_MESSAGES) {
            // The worker waits now: only a stalled client may be the reason, and its drain gives credit.
            expect(account.isStalled).toBe(true);
            expect(account.drained()).toBe(true);
            account.take();
            open = { bytes: 0, count: 0 };
          }
        }
      }),
    );
  });
});
