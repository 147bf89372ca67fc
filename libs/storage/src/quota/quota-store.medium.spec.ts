import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { openRedis, type RedisClient } from '../redis';
import { type QuotaAsk, type QuotaLimits, QuotaStore, type QuotaStoreOptions } from './quota-store';

// Real: Redis. Several connections stand for several workers.
const WORKERS = 3;
const LEASE_MS = 60_000;
let clients: RedisClient[];

beforeAll(async () => {
  clients = await Promise.all(
    Array.from({ length: WORKERS }, async (_none, index) => {
      const redis = openRedis({
        redisUrl: process.env.TEST_REDIS_URL ?? '',
        connectionName: `quota-spec-${index}`,
        commandTimeoutMs: 30_000,
      });
      await once(redis, 'ready');
      return redis;
    }),
  );
});
afterAll(() => {
  for (const redis of clients) redis.disconnect();
});

/** Stores of as many workers, over a namespace that nobody else uses. */
function workers(more: Partial<QuotaStoreOptions> = {}): QuotaStore[] {
  const namespace = `spec-${randomUUID()}`;
  return clients.map((redis) => new QuotaStore({ redis, namespace, leaseMs: LEASE_MS, ...more }));
}

const asks = (limits: QuotaLimits, more: Partial<QuotaAsk> = {}): QuotaAsk => ({
  quotas: [{ name: 'd', limits }],
  call: randomUUID(),
  tokens: 0,
  ...more,
});

const refusalOf = async (store: QuotaStore | undefined, ask: QuotaAsk) => (await store?.take(ask))?.refusal;

/** All of them at once, from worker after worker. */
const takeAll = (stores: readonly QuotaStore[], all: readonly QuotaAsk[]) =>
  Promise.all(all.map(async (ask, index) => ({ ask, refusal: await refusalOf(stores[index % stores.length], ask) })));

describe('QuotaStore', () => {
  it('C1 however many ask at once, the limits hold over all workers, and every place comes back', async () => {
    const limit = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
    const crowd = fc.record({
      calls: limit,
      places: limit,
      tokens: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
      asked: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(crowd, async ({ asked, ...limits }) => {
        const stores = workers();
        const outcomes = await takeAll(
          stores,
          asked.map((tokens) => asks(limits, { tokens })),
        );
        const taken = outcomes.flatMap(({ ask, refusal }) => (refusal === null ? [ask] : []));
        expect(taken.length).toBeLessThanOrEqual(Math.min(limits.calls ?? 1_000, limits.places ?? 1_000));
        const used = taken.reduce((sum, { tokens }) => sum + Math.min(tokens, limits.tokens ?? 0), 0);
        if (limits.tokens !== undefined) expect(used).toBeLessThanOrEqual(limits.tokens);
        for (const { refusal } of outcomes) {
          if (refusal) expect(limits[refusal.limit]).toBeGreaterThan(0);
        }
        // Given back as never made: all that was there is there again, and not one more.
        await Promise.all(taken.map((ask) => (stores[0] as QuotaStore).settle(ask, null)));
        const again = await takeAll(
          stores,
          Array.from({ length: 25 }, () => asks(limits, { tokens: 0 })),
        );
        const free = Math.min(limits.calls ?? 25, limits.places ?? 25, 25);
        expect(again.filter(({ refusal }) => refusal === null)).toHaveLength(free);
      }),
      { numRuns: 60 },
    );
  });

  it('C1 a call counts for a whole window, and the refusal says when there is room', async () => {
    const [store] = workers({ windowMs: 3_000 }) as [QuotaStore];
    const limits = { calls: 2 };
    expect([await refusalOf(store, asks(limits)), await refusalOf(store, asks(limits))]).toEqual([null, null]);
    const refusal = await refusalOf(store, asks(limits));
    expect(refusal).toMatchObject({ limit: 'calls' });
    expect(refusal?.retryAfterMs).toBeLessThanOrEqual(3_000);
    await eventually('room in the next window', async () => (await refusalOf(store, asks(limits))) === null);
  });

  it('C1 tokens are taken by estimate and counted as used', async () => {
    const [store] = workers() as [QuotaStore];
    const limits = { tokens: 100 };
    const first = asks(limits, { tokens: 90 });
    expect(await refusalOf(store, first)).toBeNull();
    expect(await refusalOf(store, asks(limits, { tokens: 20 }))).toMatchObject({ limit: 'tokens' });
    await store.settle(first, 10);
    const second = asks(limits, { tokens: 90 });
    expect(await refusalOf(store, second)).toBeNull();
    // What was used beyond the estimate is counted, too.
    await store.settle(second, 500);
    expect(await refusalOf(store, asks(limits, { tokens: 0 }))).toMatchObject({ limit: 'tokens' });
  });

  it('C1 a call that began before Redis lost its memory gives back nothing of what others took since', async () => {
    const namespace = `spec-${randomUUID()}`;
    const [store] = workers({ namespace }) as [QuotaStore];
    const limits = { tokens: 100, calls: 2 };
    const [before, unmade] = [asks(limits, { tokens: 50 }), asks(limits, { tokens: 50 })];
    expect([await refusalOf(store, before), await refusalOf(store, unmade)]).toEqual([null, null]);
    await clients[0]?.del(`{${namespace}:quota}:d:used`);
    expect(await refusalOf(store, asks(limits, { tokens: 90 }))).toBeNull();
    await store.settle(before, 0);
    await store.settle(unmade, null);
    expect(await refusalOf(store, asks(limits, { tokens: 20 }))).toMatchObject({ limit: 'tokens' });
    expect(await refusalOf(store, asks(limits, { tokens: 10 }))).toBeNull();
    expect(await refusalOf(store, asks({ calls: 2 }))).toMatchObject({ limit: 'calls' });
  });

  it('C1 a call that asks for more than there ever is gets all of it, when nobody else has any', async () => {
    const [store] = workers() as [QuotaStore];
    const limits = { tokens: 100 };
    expect(await refusalOf(store, asks(limits, { tokens: 5_000 }))).toBeNull();
    expect(await refusalOf(store, asks(limits, { tokens: 1 }))).toMatchObject({ limit: 'tokens' });
  });

  it('C1 a call that outlasts its window counts at its end with what nobody foresaw', async () => {
    const namespace = `spec-${randomUUID()}`;
    const [brief] = workers({ windowMs: 50, namespace }) as [QuotaStore];
    const limits = { tokens: 100 };
    const long = asks(limits, { tokens: 10 });
    await refusalOf(brief, long);
    // Whoever comes in a later window makes Redis forget it.
    const next = asks(limits, { tokens: 91 });
    await eventually('the window to pass', async () => (await refusalOf(brief, next)) === null);
    await brief.settle(next, 1);
    const [store] = workers({ namespace }) as [QuotaStore];
    await store.settle(long, 100);
    expect(await refusalOf(store, asks(limits, { tokens: 20 }))).toMatchObject({ limit: 'tokens' });
    expect(await refusalOf(store, asks(limits, { tokens: 9 }))).toBeNull();
  });

  it('C6 places of a holder that says nothing more come back, and those that are renewed do not', async () => {
    const [alive, dead] = workers({ leaseMs: 3_000 }) as [QuotaStore, QuotaStore];
    const limits = { places: 2 };
    const [held, lost] = [asks(limits), asks(limits)];
    expect([await refusalOf(alive, held), await refusalOf(dead, lost)]).toEqual([null, null]);
    expect(await refusalOf(alive, asks(limits))).toMatchObject({ limit: 'places' });
    const next = asks(limits);
    await eventually('the lost place to come back', async () => {
      await alive.renew({ name: 'd', limits }, [held.call]);
      return (await refusalOf(alive, next)) === null;
    });
    await alive.renew({ name: 'd', limits }, [held.call, next.call]);
    expect(await refusalOf(alive, asks(limits))).toMatchObject({ limit: 'places' });
  });

  it('C6 places that Redis forgot are taken anew, as far as there is room', async () => {
    const [store] = workers() as [QuotaStore];
    const limits = { places: 2 };
    await store.renew({ name: 'd', limits }, ['forgotten-1', 'forgotten-2', 'forgotten-3']);
    expect(await refusalOf(store, asks(limits))).toMatchObject({ limit: 'places' });
    await store.settle(asks(limits, { call: 'forgotten-1' }), 0);
    expect(await refusalOf(store, asks(limits))).toBeNull();
  });

  it('counts those who share', async () => {
    const [one, other] = workers() as [QuotaStore, QuotaStore];
    expect([await one.countSharers('a'), await other.countSharers('b'), await one.countSharers('a')]).toEqual([
      1, 2, 2,
    ]);
  });

  it('goes on when Redis has forgotten the scripts', async () => {
    const [store] = workers() as [QuotaStore];
    await refusalOf(store, asks({ calls: 9 }));
    await clients[0]?.script('FLUSH');
    expect(await refusalOf(store, asks({ calls: 9 }))).toBeNull();
  });
});
