import { mostCostNanoUsd } from '@gateway/catalog';
import type { Deployment } from '@gateway/domain';
import fc from 'fast-check';
import { affordAnswer } from './afford-answer';

const LONGEST = 50_000;
const deployment = (inputPico: number, outputPico: number, more: Partial<Deployment> = {}): Deployment => ({
  ...{ id: 'd', modelGroup: 'm', provider: 'nobody', providerModel: 'm', pool: 'p' },
  price: { inputPicoUsdPerToken: inputPico, outputPicoUsdPerToken: outputPico },
  maxOutputTokens: LONGEST,
  ...more,
});
const modelOf = (one: Deployment) => ({ deployment: one, providerModel: 'm' });
const pico = fc.integer({ min: 1, max: 100_000_000 });
const priced = fc.tuple(pico, pico).map(([input, output]) => deployment(input, output));

describe('A11 what an answer may be for its money', () => {
  it('is never more than the money, and not a token less than it could be', () => {
    fc.assert(
      fc.property(
        fc.array(priced, { minLength: 1, maxLength: 4 }),
        fc.nat(100_000),
        fc.integer({ min: 1, max: 10_000_000_000 }),
        (deployments, promptTokens, limitNanoUsd) => {
          const bound = { promptTokens, choices: 1 };
          const answer = affordAnswer({ model: 'm', models: deployments.map(modelOf), bound, limitNanoUsd });
          const atUnixMs = Date.now();
          const cheapest = (outputTokens: number): number =>
            Math.min(
              ...deployments.map((one) =>
                Number(mostCostNanoUsd(one, 'm', { bound: { ...bound, outputTokens }, atUnixMs })),
              ),
            );
          if (!answer.ok) {
            expect(answer.error).toMatchObject({ code: 'invalid_request', param: 'max_cost_usd' });
            expect(cheapest(16)).toBeGreaterThan(limitNanoUsd);
            return;
          }
          const { outputTokens = Number.NaN } = answer;
          expect(cheapest(outputTokens)).toBeLessThanOrEqual(limitNanoUsd);
          if (outputTokens < LONGEST) expect(cheapest(outputTokens + 1)).toBeGreaterThan(limitNanoUsd);
          else expect(outputTokens).toBe(LONGEST);
        },
      ),
    );
  });

  it('is what the client said, if there is money for it', () => {
    const ask = (limitNanoUsd: number) =>
      affordAnswer({
        model: 'm',
        models: [modelOf(deployment(1_000, 1_000))],
        bound: { promptTokens: 10, outputTokens: 20, choices: 1 },
        limitNanoUsd,
      });
    expect(ask(31)).toEqual({ ok: true });
    expect(ask(30)).toMatchObject({ ok: false, error: { param: 'max_cost_usd' } });
  });

  it('is no longer than any answer of the model', () => {
    const models = [modelOf(deployment(1_000, 1_000, { maxOutputTokens: 100 }))];
    const bound = { promptTokens: 10, choices: 1 };
    expect(affordAnswer({ model: 'm', models, bound, limitNanoUsd: 10_000 })).toEqual({ ok: true, outputTokens: 100 });
  });

  it('is 4,096 tokens where nobody knows how long answers of the model are', () => {
    const models = [modelOf(deployment(1_000, 1_000, { maxOutputTokens: undefined }))];
    const bound = { promptTokens: 10, choices: 1 };
    expect(affordAnswer({ model: 'm', models, bound, limitNanoUsd: 1e9 })).toEqual({ ok: true, outputTokens: 4_096 });
  });

  it('is nobody’s guess where the price, or what is taken, is not known', () => {
    const { price: _, ...unpriced } = deployment(1, 1);
    const ask = (one: Deployment, promptTokens: number | null) =>
      affordAnswer({ model: 'm', models: [modelOf(one)], bound: { promptTokens, choices: 1 }, limitNanoUsd: 1e9 });
    expect(ask(unpriced, 1)).toMatchObject({ ok: false, error: { code: 'model_unpriced' } });
    expect(ask(deployment(1, 1), null)).toMatchObject({ ok: false, error: { code: 'model_unpriced' } });
  });
});
