import { SILENT_LOGGER } from '@gateway/telemetry';
import * as fc from 'fast-check';
import { HealthRegistry } from './health-registry';

const outcomes = {
  well: () => undefined,
  true: () => true,
  false: () => false,
  throws: () => {
    throw new Error('down');
  },
  rejects: () => Promise.reject(new Error('down')),
  resolves: () => Promise.resolve(),
} as const;
type Outcome = keyof typeof outcomes;
const WELL: readonly Outcome[] = ['well', 'true', 'resolves'];
const anyOutcome = fc.constantFrom(...(Object.keys(outcomes) as Outcome[]));

describe('HealthRegistry', () => {
  it('A14 is unavailable exactly when a hard check fails, and degraded exactly when only soft ones do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ hard: fc.boolean(), outcome: anyOutcome }), { maxLength: 6 }),
        async (checks) => {
          const registry = new HealthRegistry(SILENT_LOGGER);
          for (const [index, { hard, outcome }] of checks.entries()) {
            registry.add({ name: `c${index}`, hard, check: outcomes[outcome] });
          }
          const failed = checks.filter(({ outcome }) => !WELL.includes(outcome));
          const expected = failed.some(({ hard }) => hard) ? 'unavailable' : failed.length > 0 ? 'degraded' : 'ok';
          const report = await registry.report();
          expect(report.status).toBe(expected);
          expect(Object.values(report.checks).map(({ status }) => status)).toEqual(
            checks.map(({ outcome }) => (WELL.includes(outcome) ? 'ok' : 'failed')),
          );
          registry.startDraining();
          expect((await registry.report()).status).toBe('draining');
        },
      ),
    );
  });

  it('A14 asks the dependencies once for many probes, and again when the answer is half a second old', async () => {
    let nowMs = 10_000;
    let asked = 0;
    const registry = new HealthRegistry(SILENT_LOGGER, () => nowMs);
    registry.add({ name: 'database', hard: true, check: () => ++asked < 3 });
    await Promise.all([registry.report(), registry.report(), registry.report()]);
    nowMs += 499;
    await registry.report();
    expect(asked).toBe(1);
    nowMs += 1;
    expect((await registry.report()).status).toBe('ok');
    nowMs += 500;
    expect((await registry.report()).status).toBe('unavailable');
    expect(asked).toBe(3);
  });

  it('A14 gives up on a dependency that does not answer', async () => {
    jest.useFakeTimers();
    try {
      const registry = new HealthRegistry(SILENT_LOGGER);
      registry.add({ name: 'database', hard: true, check: () => new Promise(() => {}) });
      const report = registry.report();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await report).toEqual({ status: 'unavailable', checks: { database: { status: 'failed', hard: true } } });
    } finally {
      jest.useRealTimers();
    }
  });

  it('logs when a check changes, with the reason, and not at every probe', async () => {
    let nowMs = 0;
    let well = false;
    const lines: string[] = [];
    const logger = {
      ...SILENT_LOGGER,
      warn: (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`),
      info: (_fields: object, message: string) => void lines.push(message),
    };
    const registry = new HealthRegistry(logger, () => nowMs);
    registry.add({ name: 'mirror', hard: false, check: () => well });
    for (const next of [false, false, true, true, false, false, true]) {
      well = next;
      await registry.report();
      nowMs += 1_000;
    }
    expect(lines).toEqual([
      'waiting for a health check',
      'health check is well',
      'health check fails {"check":"mirror","hard":false,"error":"not ready"}',
      'health check is well',
    ]);
  });

  it('refuses two checks of one name', () => {
    const registry = new HealthRegistry(SILENT_LOGGER);
    registry.add({ name: 'a', hard: true, check: () => true });
    expect(() => registry.add({ name: 'a', hard: false, check: () => true })).toThrow(/already/);
  });
});
