import type { EdgeStateHolder } from '../edge-state';
import { untilInUse } from './until-in-use';

/** An edge that works by these versions, one after another; by the last one for ever. */
function edgeWith(...versions: readonly (string | null)[]) {
  let looks = 0;
  const current = () => {
    const version = versions[Math.min(looks, versions.length - 1)] ?? null;
    looks += 1;
    return version === null ? null : ({ snapshot: { version } } as ReturnType<EdgeStateHolder['current']>);
  };
  return { current, looks: () => looks };
}

describe('untilInUse', () => {
  it('L3 waits until the edge works by the version', async () => {
    const edge = edgeWith(null, '9-a', '9-a', '10-b');
    await untilInUse(edge, '10-b');
    expect(edge.looks()).toBe(4);
  });

  it('L3 a later version will do', async () => {
    const edge = edgeWith('11-c');
    await untilInUse(edge, '10-b');
    expect(edge.looks()).toBe(1);
  });
});
