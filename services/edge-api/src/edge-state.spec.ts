import type { WorkerPresence } from '@gateway/contracts';
import { ROUTING_DEFAULTS } from '@gateway/domain';
import { aDeployment } from '@gateway/testkit';
import { EdgeStateHolder } from './edge-state';

const presence = (liveModels: WorkerPresence['liveModels']): WorkerPresence => ({
  worker: 'w',
  pools: ['*'],
  configVersion: '1-a',
  unavailable: {},
  liveModels,
});

const holderOf = (modelGroup: string, providerModel: string) => {
  const holder = new EdgeStateHolder();
  holder.prepare({
    version: '1-a',
    publishedAtUnixMs: 0,
    source: 'test',
    deployments: [aDeployment({ id: 'd', modelGroup, providerModel })],
    aliases: {},
    routing: ROUTING_DEFAULTS,
    maxBodyBytes: 1,
  })();
  return holder;
};

describe('B2 what wildcards stand for', () => {
  it.each([
    ['ollama/*', '*', ['llama3:latest', 'a/$&'], ['ollama/llama3:latest', 'ollama/a/$&']],
    ['*', '*', ['x'], ['x']],
    ['mine-*-v1', 'llama*:8b', ['llama3:8b', 'llama3:70b', 'qwen:8b', 'llama:8b'], ['mine-3-v1']],
    ['one', '*', ['x'], []],
    ['any-*', 'llama3', ['llama3'], []],
  ])('%s at %s for %j is %j', (group, providerModel, models, names) => {
    const holder = holderOf(group, providerModel);
    holder.setWorker('w', presence({ d: models, unknown: ['x'] }));
    expect(holder.liveNames()).toEqual(names);
  });

  it('is forgotten with the worker that said it, or when it says nothing more', () => {
    const holder = holderOf('ollama/*', '*');
    holder.setWorker('w', presence({ d: ['x'] }));
    holder.setWorker('w', presence(undefined));
    expect(holder.liveNames()).toEqual([]);
    holder.setWorker('w', presence({ d: ['x'] }));
    holder.setWorker('w', null);
    expect(holder.liveNames()).toEqual([]);
  });
});
