import fc from 'fast-check';
import { VersionShelf } from './version-shelf';

interface State {
  readonly version: string;
  readonly size: number;
}

function aShelf(keepMs = 100, mostKept = 10) {
  const clock = { nowMs: 0 };
  const shelf = new VersionShelf<State>({
    keepMs: () => keepMs,
    sizeOf: ({ size }) => size,
    mostKept,
    nowMs: () => clock.nowMs,
  });
  const use = (version: string, size = 1) => shelf.use(version, { version, size });
  return { shelf, clock, use };
}

describe('what is derived from configurations, by version', () => {
  it('L3 has the version in use, the prepared one, and those before it until their time is over', () => {
    const { shelf, clock, use } = aShelf();
    expect([shelf.current, shelf.of('1')]).toEqual([null, undefined]);
    use('1');
    shelf.prepare('2', { version: '2', size: 1 });
    expect(['1', '2', '3'].map((version) => shelf.of(version)?.version)).toEqual(['1', '2', undefined]);
    expect(shelf.current?.version).toBe('1');
    use('2');
    clock.nowMs = 99;
    use('3');
    expect(['1', '2', '3'].map((version) => shelf.of(version)?.version)).toEqual(['1', '2', '3']);
    clock.nowMs = 100;
    use('4');
    expect(['1', '2', '3'].map((version) => shelf.of(version)?.version)).toEqual([undefined, '2', '3']);
  });

  it('L3 lets go of the oldest where there is too much, and takes a state of the same version in the place of the one before', () => {
    const { shelf, use } = aShelf(100, 10);
    for (const version of ['1', '2', '3', '4']) use(version, 4);
    expect(['1', '2', '3', '4'].map((version) => shelf.of(version)?.version)).toEqual([undefined, '2', '3', '4']);
    shelf.use('4', { version: 'other state', size: 4 });
    expect([shelf.current?.version, shelf.of('4')?.version]).toEqual(['other state', 'other state']);
    expect(shelf.of('3')?.version).toBe('3');
  });

  it('L3 never gives the state of another version than was asked for', () => {
    const step = fc.record({
      version: fc.constantFrom('1', '2', '3', '4'),
      kind: fc.constantFrom('use', 'prepare'),
      size: fc.nat(6),
      laterMs: fc.nat(80),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { shelf, clock, use } = aShelf();
        let last: string | undefined;
        for (const { version, kind, size, laterMs } of steps) {
          clock.nowMs += laterMs;
          if (kind === 'use') {
            use(version, size);
            last = version;
          } else shelf.prepare(version, { version, size });
          expect(shelf.current?.version).toBe(last);
          for (const asked of ['1', '2', '3', '4']) expect([asked, undefined]).toContain(shelf.of(asked)?.version);
        }
      }),
    );
  });
});
