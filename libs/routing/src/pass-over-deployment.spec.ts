import { aRoutingSlip, aSlipStep } from '@gateway/testkit';
import fc from 'fast-check';
import { passOverDeployment } from './pass-over-deployment';

const slipOf = (deployments: readonly string[], cursor: number) =>
  aRoutingSlip({ steps: deployments.map((deployment) => aSlipStep({ deployment })), cursor });

describe('passOverDeployment', () => {
  it('C5 always goes forward to the nearest other deployment, or nowhere', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 }), fc.nat(7), (names, at) => {
        const cursor = at % names.length;
        const moved = passOverDeployment(slipOf(names, cursor));
        const others = names.map((name, index) => ({ name, index })).slice(cursor + 1);
        const expected = others.find(({ name }) => name !== names[cursor]);
        expect(moved?.cursor).toBe(expected?.index);
        if (moved) expect(moved.attempts).toEqual([]);
      }),
    );
  });
});
