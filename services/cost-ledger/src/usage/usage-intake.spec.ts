import type { UsageEvent } from '@gateway/contracts';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { eventually } from '@gateway/testkit';
import { usageEvent } from '../../test/usage-events';
import type { RejectedUsage } from './rejected-store';
import { UsageIntake, type UsageSource } from './usage-intake';

type ConsumeOptions = Parameters<UsageSource['consumeUsage']>[0];

/** A bus and a recorder that fail as often as told; waiting takes no time. */
function arrange(failures: { consume?: number; record?: number } = {}) {
  let { consume = 0, record = 0 } = failures;
  const state = {
    options: null as ConsumeOptions | null,
    consumers: 0,
    stopped: 0,
    pausesMs: [] as number[],
    recorded: [] as unknown[],
    rejected: [] as string[],
  };
  const intake = new UsageIntake({
    batchSize: 7,
    logger: SILENT_LOGGER,
    pause: async (milliseconds) => void state.pausesMs.push(milliseconds),
    source: {
      consumeUsage: async (options) => {
        if (consume-- > 0) throw new Error('JetStream is away');
        state.options = options;
        state.consumers += 1;
        return {
          stop: async () => {
            state.stopped += 1;
          },
        };
      },
    },
    recorder: {
      record: async (events) => {
        if (record-- > 0) throw new Error('PostgreSQL is away');
        state.recorded.push(...events);
      },
      keepRejected: async (rejected: readonly RejectedUsage[]) => {
        state.rejected.push(...rejected.map(({ payload }) => Buffer.from(payload).toString('utf8')));
      },
    },
  });
  return { intake, state };
}

describe('UsageIntake', () => {
  it('reads once, however often it is started, and stops what it started', async () => {
    const { intake, state } = arrange();
    await Promise.all([intake.start(), intake.start()]);
    expect([state.consumers, state.options?.batchSize, state.options?.durable]).toEqual([1, 7, 'cost-ledger']);
    expect(intake.isReading).toBe(true);
    await intake.stop();
    expect([state.stopped, intake.isReading]).toEqual([1, false]);
  });

  it('keeps trying to begin, with growing pauses up to five seconds', async () => {
    const { intake, state } = arrange({ consume: 8 });
    await intake.start();
    expect(state.consumers).toBe(1);
    expect(state.pausesMs).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('hands a failing batch back to the bus', async () => {
    const { intake, state } = arrange({ record: 1 });
    await intake.start();
    const events: UsageEvent[] = [usageEvent('r1')];
    await expect(state.options?.handler(events)).rejects.toThrow('PostgreSQL is away');
    await state.options?.handler(events);
    expect(state.recorded).toEqual(events);
  });

  it('D3 books the good lines of a broken message even when the database is away at first', async () => {
    const { intake, state } = arrange({ record: 3 });
    await intake.start();
    state.options?.onPoison(Buffer.from('{"requestId":"a"}\nbroken\n\n{"requestId":"b"}\n{"torn'), new Error('bad'));
    await eventually('the good lines', () => state.recorded.length > 0);
    expect(state.recorded).toEqual([{ requestId: 'a' }, { requestId: 'b' }]);
    expect(new Set(state.rejected)).toEqual(new Set(['broken', '{"torn']));
    expect(state.pausesMs).toEqual([100, 200, 400]);
  });

  it('stops although a broken message cannot be kept', async () => {
    const { intake, state } = arrange({ record: Number.POSITIVE_INFINITY });
    await intake.start();
    state.options?.onPoison(Buffer.from('{"requestId":"a"}\n'), new Error('bad'));
    await intake.stop();
    expect(state.recorded).toEqual([]);
  });
});
