import type { InstanceReport } from '@gateway/contracts';
import { judgeCandidate } from './judge-candidate';

const report = (instance: string, more: Partial<InstanceReport> = {}): InstanceReport => ({
  service: 'router',
  instance,
  version: '1-a',
  sinceUnixMs: 0,
  ...more,
});
const accepts = (version: string) => ({ verdict: { version, refusedFor: null } });
const refuses = (version: string) => ({ verdict: { version, refusedFor: 'no key' } });

describe('judgeCandidate', () => {
  it('L3 takes what nobody is there to judge', () => {
    expect(judgeCandidate('2-b', [], false)).toEqual({ kind: 'accepted', silent: [] });
  });

  it('L3 waits for everybody who lives, and counts who holds the version already', () => {
    const reports = [report('r1', accepts('2-b')), report('r2', { version: '2-b' }), report('r3', accepts('1-a'))];
    expect(judgeCandidate('2-b', reports, false)).toEqual({ kind: 'waiting', for: ['router r3'] });
    expect(judgeCandidate('2-b', reports.slice(0, 2), false)).toEqual({ kind: 'accepted', silent: [] });
  });

  it('L3 goes on without the silent when patience is over, and never against a refusal', () => {
    const reports = [report('r1', accepts('2-b')), report('r2')];
    expect(judgeCandidate('2-b', reports, true)).toEqual({ kind: 'accepted', silent: ['router r2'] });
    const refused = { kind: 'refused', reasons: ['router r3: no key'] };
    for (const isPatienceOver of [false, true]) {
      expect(judgeCandidate('2-b', [...reports, report('r3', refuses('2-b'))], isPatienceOver)).toEqual(refused);
    }
  });

  it('L3 does not hold an earlier refusal against a later version', () => {
    const reports = [report('r1', refuses('2-b'))];
    expect(judgeCandidate('3-c', reports, false)).toEqual({ kind: 'waiting', for: ['router r1'] });
  });
});
