import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { openRedis, type RedisClient } from '../redis';
import { type Quota, type QuotaAsk, QuotaStore } from './quota-store';

// Real: Redis, whose clock decides. Several connections stand for several edges.
const EDGES = 3;
let clients: RedisClient[];

beforeAll(async () => {
  clients = await Promise.all(
    Array.from({ length: EDGES }, async (_none, index) => {
      const redisUrl = process.env.TEST_REDIS_URL ?? '';
      const redis = openRedis({ redisUrl, connectionName: `accounts-spec-${index}`, commandTimeoutMs: 30_000 });
      await once(redis, 'ready');
      return redis;
    }),
  );
});
afterAll(() => {
  for (const redis of clients) redis.disconnect();
});

function edges(windowMs?: number): readonly QuotaStore[] {
  const namespace = `spec-${randomUUID()}`;
  return clients.map((redis) => new QuotaStore({ redis, namespace, leaseMs: 600_000, windowMs }));
}

const edgeOf = (stores: readonly QuotaStore[], index: number) => stores[index % stores.length] as QuotaStore;
const anAsk = (quotas: readonly Quota[], tokens = 0): QuotaAsk => ({ quotas, call: randomUUID(), tokens });

const limit = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined });
/** A key, its team, its user. */
const accounts = fc
  .tuple(...['key', 'team', 'user'].map((name) => fc.record({ name: fc.constant(name), limits: limitsOf() })))
  .filter((quotas) => quotas.some(({ limits }) => Object.values(limits).some((one) => one !== undefined)));

function limitsOf() {
  return fc.record({ calls: limit(8), tokens: limit(800), places: limit(5) });
}

type Happening =
  | { readonly kind: 'ask'; readonly edge: number; readonly tokens: number; readonly of: readonly boolean[] }
  | { readonly kind: 'look'; readonly edge: number; readonly tokens: number }
  | { readonly kind: 'end'; readonly edge: number; readonly which: number; readonly used: number | null }
  | { readonly kind: 'turn'; readonly edge: number; readonly tokens: readonly number[]; readonly ends: number };

const edge = fc.nat(EDGES - 1);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      edge,
      tokens: fc.nat(300),
      of: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), edge, tokens: fc.nat(300) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      edge,
      tokens: fc.array(fc.nat(300), { minLength: 2, maxLength: 6 }),
      ends: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      edge,
      which: fc.nat(50),
      used: fc.option(fc.nat(300), { nil: null }),
    }),
  },
);

interface Made {
  readonly ask: QuotaAsk;
  tokens: number | null;
  isOver: boolean;
}

type Answer = Awaited<ReturnType<QuotaStore['take']>>;

/** What the limits of one window are to say, written down as plainly as can be. */
class Model {
  readonly made: Made[] = [];

  used({ name, limits }: Quota) {
    const of = this.made.filter(({ ask }) => ask.quotas.some((quota) => quota.name === name));
    const counted = of.filter(({ tokens }) => tokens !== null);
    const { tokens: most = 0 } = limits;
    const tokensOf = ({ ask, tokens, isOver }: Made) => (isOver ? (tokens ?? 0) : Math.min(ask.tokens, most));
    return {
      calls: counted.length,
      tokens: counted.reduce((sum, one) => sum + tokensOf(one), 0),
      places: of.filter(({ isOver }) => !isOver).length,
    };
  }

  fits(ask: QuotaAsk): boolean {
    return ask.quotas.every((quota) => {
      const { calls, tokens, places } = quota.limits;
      const used = this.used(quota);
      const fitsTokens = tokens === undefined || (tokens > 0 && used.tokens + Math.min(ask.tokens, tokens) <= tokens);
      return (
        fitsTokens && !(calls !== undefined && used.calls >= calls) && !(places !== undefined && used.places >= places)
      );
    });
  }

  /** What the script says to a call must be this; it counts from here on, where it was taken. */
  expectTaken(ask: QuotaAsk, answer: Answer): void {
    expect(answer.refusal === null).toBe(this.fits(ask));
    if (answer.refusal === null) this.made.push({ ask, tokens: ask.tokens, isOver: false });
    this.expectLeft(ask.quotas, answer.left);
  }

  expectLeft(quotas: readonly Quota[], left: Awaited<ReturnType<QuotaStore['take']>>['left']): void {
    quotas.forEach((quota, index) => {
      const used = this.used(quota);
      for (const kind of ['calls', 'tokens', 'places'] as const) {
        const most = quota.limits[kind];
        if (most !== undefined) expect(left[index]?.[kind]).toBe(Math.max(0, most - used[kind]));
      }
    });
  }
}

/** Ends and takes in one turn of the event loop, which are one script: each sees what those before it did. */
async function inOneTurn(
  store: QuotaStore,
  model: Model,
  { all, what }: { all: readonly Quota[]; what: Extract<Happening, { kind: 'turn' }> },
): Promise<void> {
  const ended = model.made.filter(({ isOver }) => !isOver).slice(0, what.ends);
  const asks = what.tokens.map((tokens) => anAsk(all, tokens));
  const ends = ended.map((one) => store.settle(one.ask, 7));
  const answers = await Promise.all(asks.map((ask) => store.take(ask)));
  await Promise.all(ends);
  for (const one of ended) Object.assign(one, { isOver: true, tokens: 7 });
  for (const [index, ask] of asks.entries()) model.expectTaken(ask, answers[index] as Answer);
}

it('Property 9: rate limits: over several edges and accounts a call takes of every limit or of none, exactly as a model says', async () => {
  await fc.assert(
    fc.asyncProperty(accounts, fc.array(happening, { maxLength: 40 }), async (all, story) => {
      // Nothing leaves the window while the story is told.
      const stores = edges(3_600_000);
      const model = new Model();
      for (const what of story) {
        const store = edgeOf(stores, what.edge);
        if (what.kind === 'end') {
          const running = model.made.filter(({ isOver }) => !isOver);
          const one = running[what.which % Math.max(1, running.length)];
          if (!one) continue;
          await store.settle(one.ask, what.used);
          Object.assign(one, { isOver: true, tokens: what.used });
          continue;
        }
        if (what.kind === 'turn') {
          await inOneTurn(store, model, { all, what });
          continue;
        }
        const quotas = what.kind === 'look' ? all : all.filter((_none, index) => what.of[index]);
        if (quotas.length === 0) continue;
        const ask = anAsk(quotas, what.tokens);
        const fits = model.fits(ask);
        const answer = what.kind === 'look' ? await store.look(ask) : await store.take(ask);
        expect(answer.refusal === null).toBe(fits);
        if (answer.refusal) {
          const { quota, limit: kind, retryAfterMs } = answer.refusal;
          expect(quota.limits[kind]).toBeGreaterThanOrEqual(0);
          expect(retryAfterMs).toBeGreaterThan(0);
        } else if (what.kind === 'ask') model.made.push({ ask, tokens: ask.tokens, isOver: false });
        model.expectLeft(quotas, answer.left);
      }
    }),
    { numRuns: 80 },
  );
});

it('Property 9: rate limits: in no window are more than the limit admitted, whatever the edges ask at once', async () => {
  const windowMs = 400;
  const team: Quota = { name: 'team', limits: { calls: 7, tokens: 500 } };
  const keys = ['a', 'b', 'c'].map((name): Quota => ({ name, limits: { calls: 4 } }));
  const stores = edges(windowMs);
  const admitted: { readonly quotas: readonly Quota[]; tokens: number; sentMs: number; answeredMs: number }[] = [];
  // However fast the answers come, they are asked for in more windows than one.
  const untilMs = performance.now() + 3 * windowMs;
  const asker = async (index: number) => {
    for (let turn = 0; turn < 60 || performance.now() < untilMs; turn += 1) {
      const ask = anAsk([keys[(index + turn) % 3] as Quota, team], ((index * 37 + turn * 11) % 90) + 1);
      const sentMs = performance.now();
      const { refusal } = await edgeOf(stores, index).take(ask);
      const answeredMs = performance.now();
      if (refusal === null) admitted.push({ quotas: ask.quotas, tokens: ask.tokens, sentMs, answeredMs });
      // Half of them ask again at once, always; the others now and then only when they are told to.
      if (index < 4 && turn % 10 === index) await new Promise((done) => setTimeout(done, refusal?.retryAfterMs ?? 1));
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_none, index) => asker(index)));
  expect(admitted.length).toBeGreaterThan(7);
  for (const quota of [team, ...keys]) {
    const of = admitted.filter(({ quotas }) => quotas.includes(quota));
    for (const { sentMs } of of) {
      // What was certainly decided within one window that began then: nothing slow can be mistaken for too much.
      const within = of.filter((one) => one.sentMs >= sentMs && one.answeredMs < sentMs + windowMs - 2);
      expect(within.length).toBeLessThanOrEqual(quota.limits.calls ?? 0);
      const tokens = within.reduce((sum, one) => sum + one.tokens, 0);
      if (quota.limits.tokens !== undefined) expect(tokens).toBeLessThanOrEqual(quota.limits.tokens);
    }
  }
});

it('E3 of several refusals the one that lasts longest is told, and after it there is room', async () => {
  const [store] = edges(1_500) as [QuotaStore];
  const [brief, long]: [Quota, Quota] = [
    { name: 'brief', limits: { places: 1 } },
    { name: 'long', limits: { calls: 1 } },
  ];
  expect((await store.take(anAsk([brief, long]))).refusal).toBeNull();
  const { refusal } = await store.take(anAsk([brief, long]));
  expect(refusal?.retryAfterMs).toBeLessThanOrEqual(1_500);
  await eventually('room for another', async () => (await store.take(anAsk([long]))).refusal === null);
});
