import type { TokenGrant } from './token-grant';
import { TokenSources } from './token-sources';

const grant = (identity: string) => ({ identity }) as TokenGrant;

it('B5 equal grants share their tokens, others do not', () => {
  const sources = new TokenSources({ http: { call: () => fail(), close: async () => undefined }, nowMs: () => 0 });
  const first = sources.of(grant('a'));
  expect(sources.of(grant('a'))).toBe(first);
  expect(sources.of(grant('b'))).not.toBe(first);
});

function fail(): never {
  throw new Error('nothing is called before a token is asked for');
}
