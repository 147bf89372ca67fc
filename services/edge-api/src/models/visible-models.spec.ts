import { isGatewayException, MASTER_PRINCIPAL, ROUTING_DEFAULTS } from '@gateway/domain';
import { aDeployment } from '@gateway/testkit';
import { EdgeStateHolder } from '../edge-state';
import { servableGroup } from './visible-models';

const holder = new EdgeStateHolder();
holder.prepare({
  version: '1-a',
  publishedAtUnixMs: 0,
  source: 'test',
  deployments: [aDeployment({ id: 'eu-1', modelGroup: 'gpt' }), aDeployment({ id: 'down', modelGroup: 'claude' })],
  aliases: {},
  routing: ROUTING_DEFAULTS,
  maxBodyBytes: 1,
})();
const unavailable = { down: 'no key' };
holder.setWorker('w', { worker: 'w', pools: ['*'], configVersion: '1-a', unavailable });

function find(name: string, allowedModels: string[]): string {
  try {
    return servableGroup(holder, { ...MASTER_PRINCIPAL, isMaster: false, allowedModels }, name).group;
  } catch (error) {
    if (isGatewayException(error)) return error.detail.code;
    throw error;
  }
}

describe('E4 a model that is looked up by its name', () => {
  it.each([
    ['gpt', [], 'gpt'],
    ['gpt', ['gpt'], 'gpt'],
    ['eu-1', ['gpt'], 'gpt'],
    ['eu-1', ['eu-1'], 'model_not_found'],
    ['gpt', ['claude'], 'model_not_found'],
    ['claude', [], 'model_not_found'],
    ['nobody', [], 'model_not_found'],
  ])('%s with a key for %j is %s', (name, allowed, expected) => {
    expect(find(name, allowed)).toBe(expected);
  });
});
