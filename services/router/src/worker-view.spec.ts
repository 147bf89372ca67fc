import { aDeployment } from '@gateway/testkit';
import { WorkerView } from './worker-view';

const worker = (name: string, pools: string[], unavailable: Record<string, string> = {}) => ({
  worker: name,
  pools,
  configVersion: '1-a',
  unavailable,
});

describe('WorkerView', () => {
  const keyed = aDeployment({ id: 'keyed', pool: 'openai' });
  const other = aDeployment({ id: 'other', pool: 'anthropic' });

  it('B6 a deployment is out only when every worker of its pool says so', () => {
    const view = new WorkerView();
    view.set('w1', worker('w1', ['*'], { keyed: 'OPENAI_API_KEY is not set' }));
    expect([...view.unavailable([keyed, other])]).toEqual([['keyed', 'OPENAI_API_KEY is not set']]);
    view.set('w2', worker('w2', ['openai']));
    expect(view.unavailable([keyed, other]).size).toBe(0);
    view.set('w2', null);
    expect(view.unavailable([keyed]).has('keyed')).toBe(true);
  });

  it('a worker of another pool has no say', () => {
    const view = new WorkerView();
    view.set('w1', worker('w1', ['anthropic'], { keyed: 'no key here' }));
    expect(view.unavailable([keyed]).size).toBe(0);
  });

  it('without any worker known nothing is ruled out: the hand-over finds out', () => {
    expect(new WorkerView().unavailable([keyed]).size).toBe(0);
  });
});
