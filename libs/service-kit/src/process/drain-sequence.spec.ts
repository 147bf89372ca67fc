import { SILENT_LOGGER } from '@gateway/telemetry';
import * as fc from 'fast-check';
import { DrainSequence } from './drain-sequence';

describe('DrainSequence', () => {
  it('O5 finishes every step of an order before it begins the next order, whatever the order of registration', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ order: fc.nat({ max: 4 }), fails: fc.boolean() })), async (steps) => {
        const drain = new DrainSequence();
        const ended: number[] = [];
        const begunTooEarly: number[] = [];
        for (const { order, fails } of steps) {
          const earlier = steps.filter((step) => step.order < order).length;
          drain.add({
            name: 'step',
            order,
            run: async () => {
              if (ended.length < earlier) begunTooEarly.push(order);
              await Promise.resolve();
              ended.push(order);
              if (fails) throw new Error('will not');
            },
          });
        }
        const clean = await drain.run(60_000, SILENT_LOGGER);
        expect(begunTooEarly).toEqual([]);
        expect(ended).toHaveLength(steps.length);
        expect(clean).toBe(!steps.some((step) => step.fails));
      }),
    );
  });

  it('O5 leaves a step that hangs behind and still begins the later ones', async () => {
    const drain = new DrainSequence();
    const begun: string[] = [];
    drain.add({ name: 'hangs', order: 1, run: () => new Promise(() => begun.push('hangs')) });
    drain.add({
      name: 'throws at once',
      order: 2,
      run: () => {
        begun.push('throws');
        throw new Error('no');
      },
    });
    drain.add({ name: 'closes', order: 3, run: () => void begun.push('closes') });
    expect(await drain.run(5, SILENT_LOGGER)).toBe(false);
    expect(begun).toEqual(['hangs', 'throws', 'closes']);
  });
});
