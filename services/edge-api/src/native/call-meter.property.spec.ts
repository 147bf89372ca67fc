import { costOfCall } from '@gateway/catalog';
import { estimateTokensFromBytes, NO_USAGE } from '@gateway/domain';
import fc from 'fast-check';
import { CallMeter } from './call-meter';

const pico = fc.integer({ min: 0, max: 100_000_000 });
const call = fc.record({
  deployment: fc.record({
    ...{ id: fc.constant('d'), modelGroup: fc.constant('m'), provider: fc.constant('nobody') },
    ...{ providerModel: fc.constant('m'), pool: fc.constant('p') },
    price: fc.record({ inputPicoUsdPerToken: pico, outputPicoUsdPerToken: pico }),
    priceTerms: fc.record({ discountPpm: fc.nat(1_000_000), marginPpm: fc.nat(1_000_000), perCallNanoUsd: fc.nat() }),
  }),
  providerModel: fc.constant('m'),
  promptTokens: fc.nat(1_000_000),
});

describe('A11 the running cost', () => {
  it('is what the call would cost so far, to a nano-USD, and never falls', () => {
    fc.assert(
      fc.property(call, fc.array(fc.nat(400_000), { minLength: 1, maxLength: 8 }), (metered, lengths) => {
        const meter = new CallMeter(metered, metered.promptTokens);
        const costs = [...lengths]
          .sort((left, right) => left - right)
          .map((bytes) => {
            const told = meter.soFarNanoUsd(bytes) ?? Number.NaN;
            const usage = { ...NO_USAGE, ...metered, completionTokens: estimateTokensFromBytes(bytes) };
            const exact = costOfCall({ ...metered, usage, atUnixMs: 0 })?.nanoUsd ?? Number.NaN;
            expect(Math.abs(told - exact)).toBeLessThanOrEqual(2);
            return told;
          });
        expect(costs).toEqual([...costs].sort((left, right) => left - right));
      }),
    );
  });

  it('is unknown where the price is', () => {
    expect(new CallMeter(null, 5)).toMatchObject({ promptTokens: 5, estimatedNanoUsd: null });
    expect(new CallMeter(null, 5).soFarNanoUsd(100)).toBeNull();
  });
});
