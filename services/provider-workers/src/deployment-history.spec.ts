import { aDeployment } from '@gateway/testkit';
import { DeploymentHistory } from './deployment-history';
import { type ServedDeployments, serveDeployments } from './served-deployments';

const NO_SIGN_IN = {
  of: (): never => {
    throw new Error('nobody signs in here');
  },
};

function servedBy(version: string, ...ids: readonly string[]): ServedDeployments {
  const deployments = ids.map((id) => aDeployment({ id, apiBase: 'http://127.0.0.1:1/v1' }));
  return serveDeployments({ version, deployments } as never, {
    environment: {},
    tokens: NO_SIGN_IN,
    awsTokens: NO_SIGN_IN,
    googleTokens: NO_SIGN_IN,
  });
}

const idsOf = (served: ServedDeployments): string[] => [...served.byId.keys()].sort();

describe('deployments of versions that were replaced', () => {
  it('L3 are served until the time is over', () => {
    const history = new DeploymentHistory();
    expect(idsOf(history.take(servedBy('1-a', 'old', 'same'), { nowMs: 0, keepMs: 100 }))).toEqual(['old', 'same']);
    expect(idsOf(history.take(servedBy('2-b', 'new', 'same'), { nowMs: 50, keepMs: 100 }))).toEqual([
      'new',
      'old',
      'same',
    ]);
    expect(idsOf(history.take(servedBy('3-c', 'new'), { nowMs: 149, keepMs: 100 }))).toEqual(['new', 'old', 'same']);
    expect(idsOf(history.take(servedBy('4-d', 'new'), { nowMs: 150, keepMs: 100 }))).toEqual(['new', 'same']);
    expect(idsOf(history.take(servedBy('5-e', 'new'), { nowMs: 1_000, keepMs: 100 }))).toEqual(['new']);
  });

  it('L3 come back as what they are now, and not at all when they lost their key', () => {
    const history = new DeploymentHistory();
    history.take(servedBy('1-a', 'back', 'keyless'), { nowMs: 0, keepMs: 100 });
    history.take(servedBy('2-b'), { nowMs: 1, keepMs: 100 });
    const present = servedBy('3-c', 'back');
    const taken = history.take({ ...present, unavailable: { keyless: 'no key' } }, { nowMs: 2, keepMs: 100 });
    expect(idsOf(taken)).toEqual(['back']);
    expect(taken.byId.get('back')).toBe(present.byId.get('back'));
  });
});
