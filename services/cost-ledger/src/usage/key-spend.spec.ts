import fc from 'fast-check';
import { attemptRecord, usage, usageEvent } from '../../test/usage-events';
import { spendOfNew } from './key-spend';
import { ledgerRows } from './ledger-rows';
import { usageEventSchema } from './usage-event-schema';

const KEYS = ['a', 'b', 'c'];

const spending = fc.record({
  keyHash: fc.constantFrom(...KEYS),
  prompt: fc.oneof(fc.nat(1_000), fc.constant(1e12)),
  cost: fc.oneof(fc.nat(1_000), fc.integer({ min: 2 ** 52, max: Number.MAX_SAFE_INTEGER })),
});

describe('spendOfNew', () => {
  it('P5 adds up to the nano-USD, however large the amounts', () => {
    fc.assert(
      fc.property(fc.array(spending), (spendings) => {
        const events = spendings.map(({ keyHash, prompt }, index) =>
          usageEventSchema.parse(
            usageEvent(`r${index}`, {
              principal: { keyHash },
              attempt: attemptRecord({ deployment: String(index), usage: usage(prompt, 0) }),
            }),
          ),
        );
        const costOf = ({ deployment }: { deployment: string }) => ({
          costNanoUsd: spendings[Number(deployment)]!.cost,
          unpriced: false,
          priceVersion: 'p',
        });
        const lines = spendOfNew(ledgerRows(events, costOf).requests);
        for (const key of KEYS) {
          const own = spendings.filter(({ keyHash }) => keyHash === key);
          const found = lines.filter(({ keyHash }) => keyHash === key);
          const exact = (amounts: readonly (number | string)[]) =>
            amounts.reduce((sum, each) => sum + BigInt(each), 0n);
          expect(exact(found.map(({ nanoUsd }) => nanoUsd))).toBe(exact(own.map(({ cost }) => cost)));
          expect(exact(found.map(({ promptTokens }) => promptTokens))).toBe(exact(own.map(({ prompt }) => prompt)));
          expect(exact(found.map(({ requests }) => requests))).toBe(BigInt(own.length));
        }
      }),
    );
  });
});
