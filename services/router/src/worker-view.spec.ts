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

describe('a worker by name', () => {
  const onPool = (worker: string, ...pools: string[]) => ({
    worker,
    pools,
    configVersion: 'v1',
    unavailable: {},
  });

  it('is another one on each turn, whoever refreshed last, and never one of another pool', () => {
    const view = new WorkerView(() => 0);
    view.set('w2', onPool('w2', '*'));
    view.set('w3', onPool('w3', 'anthropic'));
    view.set('w1', onPool('w1', 'openai'));
    const first = view.oneOf('openai', 0);
    view.set('w1', onPool('w1', 'openai'));
    expect([first, view.oneOf('openai', 1), view.oneOf('openai', 2)]).toEqual(['w1', 'w2', 'w1']);
  });

  it('is one that was heard of lately, or any when none was', () => {
    let nowMs = 0;
    const view = new WorkerView(() => nowMs);
    view.set('frozen', onPool('frozen', '*'));
    nowMs = 7_000;
    view.set('live', onPool('live', '*'));
    nowMs = 8_000;
    expect([view.oneOf('openai', 0), view.oneOf('openai', 1)]).toEqual(['live', 'live']);
    nowMs = 60_000;
    expect([view.oneOf('openai', 0), view.oneOf('openai', 1)]).toEqual(['frozen', 'live']);
    expect(new WorkerView().oneOf('openai', 1)).toBeUndefined();
  });
});
