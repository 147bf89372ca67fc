import type { GiveFeedbackRequest, UsageEvent, VariantTicket } from '@gateway/contracts';
import { describeVariant } from '@gateway/routing';
import fc from 'fast-check';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { attemptRecord, KEY_HASH, NOON_UNIX_MS, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { LedgerRpc } from '../reports/ledger-rpc';
import { ExperimentsRpc } from './experiments-rpc';
import { FeedbackStore } from './feedback-store';
import { FigureStore } from './figure-store';

// Real: PostgreSQL.
let test: TestDatabase;
let figures: FigureStore;
let rpc: ExperimentsRpc;
beforeAll(async () => {
  test = await openTestDatabase();
  figures = new FigureStore(test.database);
  rpc = new ExperimentsRpc(new FeedbackStore(test.database), figures, () => NOON_UNIX_MS);
});
afterAll(() => test.close());

const TABLES = [
  ...['ledger_request', 'ledger_attempt', 'ledger_key_spend', 'request_feedback'],
  ...['experiment_request', 'experiment_counted', 'experiment_block', 'experiment_time_bin'],
];
/** Of tables that are nearly empty, quicker than to truncate them. */
async function clear(): Promise<void> {
  for (const table of TABLES) await test.database.query(`DELETE FROM ${table}`);
}
beforeEach(clear);

const record = (...events: readonly UsageEvent[]): Promise<void> => createRecorder(test.database).record(events);

/** An id as edges give it out, so many milliseconds before now. */
function requestId(number: number, ageMs = 1_000): string {
  const time = (NOON_UNIX_MS - ageMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(number).padStart(12, '0')}`;
}

const ticket = (variant: string, block = 0): VariantTicket => ({ name: 'x', variant, revision: 'r1', block });

const word = (changes: Partial<GiveFeedbackRequest>): GiveFeedbackRequest => ({
  requestId: requestId(1),
  name: 'overall',
  score: 1,
  comment: '',
  keyHash: KEY_HASH,
  byMaster: false,
  ...changes,
});

const whole = (number: number, experiment: VariantTicket, changes: Partial<UsageEvent> = {}): UsageEvent =>
  usageEvent(requestId(number), { experiment, attempt: attemptRecord(), request: requestRecord(), ...changes });

async function summaries() {
  const all = await figures.figuresOf('x', 'r1');
  return Object.fromEntries(all.map((variant) => [variant.variant, describeVariant(variant)]));
}

describe('C10 figures of variants', () => {
  it('are what the requests came to', async () => {
    const failure = { status: 'failed' as const, failure: 'overloaded' as const, billable: false, usage: usage(0, 0) };
    await record(
      whole(1, ticket('a'), { request: requestRecord({ latencyMs: 100, timeToFirstTokenMs: 50 }) }),
      whole(2, ticket('a', 5), {
        attempt: attemptRecord({ usage: usage(20, 5) }),
        request: requestRecord({ latencyMs: 300, timeToFirstTokenMs: null }),
      }),
      whole(3, ticket('b'), {
        attempt: attemptRecord(failure),
        request: requestRecord({ status: 'failed', httpStatus: 503 }),
      }),
      whole(4, ticket('b'), { request: requestRecord({ status: 'cancelled', httpStatus: 499 }) }),
      usageEvent(requestId(5), { request: requestRecord() }),
    );
    const { a, b } = await summaries();
    expect(a).toMatchObject({
      requests: 2,
      succeeded: 2,
      errorRate: 0,
      latency: { meanMs: 200 },
      firstToken: { meanMs: 50 },
      costNanoUsd: 210 + 70,
      costPerRequestNanoUsd: 140,
      promptTokens: 30,
      completionTokens: 25,
      calls: 2,
      failedCalls: 0,
      judged: 0,
      score: null,
    });
    expect(a!.latency.p50Ms! / 100).toBeCloseTo(1, 1);
    expect(a!.latency.p95Ms! / 300).toBeCloseTo(1, 1);
    expect(b).toMatchObject({
      requests: 2,
      succeeded: 0,
      failed: 1,
      cancelled: 1,
      errorRate: 1,
      failedCalls: 1,
      latency: { meanMs: null, p50Ms: null },
      costNanoUsd: 210,
      costPerSuccessNanoUsd: null,
    });
    expect(await figures.figuresOf('x', 'r2')).toEqual([]);
  });

  it('are counted when a request has ended, and follow what the edge knows better', async () => {
    await record(usageEvent(requestId(1), { experiment: ticket('a'), attempt: attemptRecord() }));
    expect(await summaries()).toEqual({});
    await record(usageEvent(requestId(1), { experiment: ticket('a'), request: requestRecord() }));
    expect(await summaries()).toMatchObject({ a: { requests: 1, succeeded: 1, costNanoUsd: 210 } });
    // The edge does not know of the experiment.
    const cut = requestRecord({ status: 'failed', httpStatus: 502 });
    await record(usageEvent(requestId(1), { source: 'edge', request: cut }));
    expect(await summaries()).toMatchObject({ a: { requests: 1, succeeded: 0, failed: 1, latency: { p50Ms: null } } });
  });

  it('a request that is not compared is in its logs and not in the figures', async () => {
    await record(whole(1, { name: 'x', variant: 'a' }), usageEvent(requestId(2), { request: requestRecord() }));
    expect(await summaries()).toEqual({});
    const all = {
      requestId: '',
      keyHash: '',
      userId: '',
      fromUnixMs: 0,
      toUnixMs: 0,
      limit: 0,
      pageToken: '',
      batchId: '',
      teamId: '',
    };
    const { logs } = await new LedgerRpc(test.database).listSpendLogs(all);
    expect(logs.map(({ requestId: id, experiment, variant }) => [id, experiment, variant])).toEqual([
      [requestId(2), '', ''],
      [requestId(1), 'x', 'a'],
    ]);
  });

  it('a name that no variant can have costs no record of money', async () => {
    await record(whole(1, { name: 'x', variant: '', revision: 'r1', block: 99 }));
    expect(await test.database.query('SELECT cost_nano_usd FROM ledger_request')).toEqual([{ cost_nano_usd: '210' }]);
    expect(await summaries()).toEqual({});
  });
});

describe('C10 feedback', () => {
  it('of a key on its own request counts, and a second word takes the place of the first', async () => {
    await record(whole(1, ticket('a')));
    expect(await rpc.giveFeedback(word({ score: 0.2 }))).toEqual({ held: false, replaced: false });
    expect(await summaries()).toMatchObject({ a: { judged: 1, score: 0.2 } });
    expect(await rpc.giveFeedback(word({ score: 0.9, comment: 'better\0' }))).toEqual({ held: false, replaced: true });
    expect(await summaries()).toMatchObject({ a: { judged: 1, score: 0.9 } });
    await rpc.giveFeedback(word({ name: 'tone', score: 0.1 }));
    expect(await summaries()).toMatchObject({ a: { judged: 1, score: 0.5 } });
    // The master key's word on the same takes the key's place.
    await rpc.giveFeedback(word({ score: 0.3, keyHash: 'master', byMaster: true }));
    expect(await summaries()).toMatchObject({ a: { requests: 1, judged: 1, score: 0.2 } });
  });

  it('on requests of others and on none is the same 404, and leaves nothing behind', async () => {
    await record(whole(1, ticket('a')));
    const refused = [
      word({ keyHash: 'b'.repeat(64) }),
      word({ requestId: requestId(2, 2 * 3_600_000) }),
      word({ requestId: requestId(2, -3_600_000) }),
      word({ requestId: '0d7f0a3e-0f7b-4c53-9f39-0b0f4a3f7f11' }),
      word({ requestId: 'nothing' }),
      word({ requestId: '\0' }),
    ];
    for (const request of refused) {
      await expect(rpc.giveFeedback(request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(rpc.giveFeedback(word({ score: 1.1 }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(rpc.giveFeedback(word({ score: Number.NaN }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await test.database.query('SELECT 1 FROM request_feedback')).toEqual([]);
    expect(await test.database.query('SELECT request_id FROM experiment_request')).toEqual([
      { request_id: requestId(1) },
    ]);
  });

  it('that comes before its request is held for it, and a stranger’s is not for anybody', async () => {
    expect(await rpc.giveFeedback(word({ score: 0.4 }))).toEqual({ held: true, replaced: false });
    expect(await rpc.giveFeedback(word({ score: 0, keyHash: 'b'.repeat(64) }))).toMatchObject({ held: true });
    await record(whole(1, ticket('a')));
    expect(await summaries()).toMatchObject({ a: { judged: 1, score: 0.4 } });
  });

  it('given while the request is being booked is never lost', async () => {
    const numbers = Array.from({ length: 60 }, (_, number) => number);
    await Promise.all(
      numbers.flatMap((number) => [
        record(whole(number, ticket('a', number))),
        rpc.giveFeedback(word({ requestId: requestId(number), score: 0.5 })),
      ]),
    );
    expect(await summaries()).toMatchObject({ a: { requests: 60, judged: 60, score: 0.5 } });
  });

  it('that was held in vain is forgotten after a day, and what found its request is not', async () => {
    const store = new FeedbackStore(test.database);
    const stranger = 'b'.repeat(64);
    await rpc.giveFeedback(word({}));
    await rpc.giveFeedback(word({ keyHash: stranger }));
    await rpc.giveFeedback(word({ requestId: requestId(2) }));
    await record(whole(1, ticket('a')));
    await store.sweep(10);
    expect(await test.database.query('SELECT 1 FROM request_feedback')).toHaveLength(3);
    await test.database.query("UPDATE request_feedback SET given_at = given_at - interval '2 days'");
    await store.sweep(10);
    expect(await test.database.query('SELECT request_id, giver, held FROM request_feedback')).toEqual([
      { request_id: requestId(1), giver: KEY_HASH, held: false },
    ]);
    expect(await test.database.query('SELECT request_id FROM experiment_request')).toEqual([
      { request_id: requestId(1) },
    ]);
  });
});

describe('C10 any order, any number of times', () => {
  /** Handed over again, a request may be given another variant, or none that is compared. */
  const tickets = fc.oneof(
    fc
      .record({ variant: fc.constantFrom('a', 'b'), block: fc.nat(2) })
      .map(({ variant, block }) => ticket(variant, block)),
    fc.constantFrom<VariantTicket>({ name: 'x', variant: 'a' }, { ...ticket('b'), revision: 'r2' }),
  );
  const attempt = fc
    .record({
      attempt: fc.nat(2),
      usage: fc
        .tuple(fc.nat(9), fc.nat(9), fc.boolean())
        .map(([one, two, estimated]) => usage(one, two, { estimated })),
      providerModel: fc.constantFrom('gpt', 'unknown'),
      status: fc.constantFrom('success' as const, 'failed' as const, 'lost' as const),
    })
    .map(attemptRecord);
  const end = fc
    .record({
      latencyMs: fc.nat(2_000),
      timeToFirstTokenMs: fc.option(fc.nat(100)),
      status: fc.constantFrom('success' as const, 'failed' as const, 'cancelled' as const),
    })
    .map(requestRecord);
  const parts = fc.oneof(fc.record({ attempt }), fc.record({ request: end }), fc.record({ attempt, request: end }));
  /** Workers know the slip, edges do not; the last request takes part in nothing. */
  const event = fc
    .record({ number: fc.nat(2), source: fc.constantFrom('edge' as const, 'worker' as const), ticket: tickets, parts })
    .map((given): UsageEvent => {
      const experiment = given.source === 'worker' && given.number < 2 ? given.ticket : undefined;
      return usageEvent(requestId(given.number), { source: given.source, experiment, ...given.parts });
    });
  const opinion = fc
    .record({ number: fc.nat(2), score: fc.constantFrom(0, 0.25, 1), name: fc.constantFrom('overall', 'tone') })
    .map(({ number, ...rest }) => word({ requestId: requestId(number), ...rest }));
  /** A second word takes the place of the first, so of those only one is given. */
  const opinions = fc.uniqueArray(opinion, {
    selector: (one) => `${one.requestId} ${one.name}`,
    maxLength: 4,
  });
  const history = fc.tuple(fc.array(event, { minLength: 1, maxLength: 8 }), opinions).chain(([events, words]) => {
    const all: readonly (UsageEvent | GiveFeedbackRequest)[] = [...events, ...words, ...events.slice(0, 3)];
    const shuffled = fc.shuffledSubarray([...all], { minLength: all.length });
    return fc.record({ events: fc.constant(events), words: fc.constant(words), shuffled });
  });

  async function deliver(steps: readonly (UsageEvent | GiveFeedbackRequest)[]): Promise<unknown> {
    await clear();
    for (const step of steps) {
      if ('score' in step) await rpc.giveFeedback(step);
      else await record(step);
    }
    return [await figures.figuresOf('x', 'r1'), await figures.figuresOf('x', 'r2')];
  }

  /** The sums from nothing: what the tables that are not sums say. */
  const RECOUNT = `
    SELECT t.variant, count(*)::integer AS requests,
           (count(*) FILTER (WHERE r.status = 'success'))::integer AS succeeded,
           sum(r.cost_nano_usd)::integer AS "costNanoUsd",
           sum(r.attempts)::integer AS calls,
           (coalesce(sum(r.latency_ms) FILTER (WHERE r.status = 'success'), 0))::integer AS latency,
           (count(f.score))::integer AS judged
    FROM experiment_request t JOIN ledger_request r USING (request_id)
    LEFT JOIN (SELECT request_id, avg(score_micros) AS score FROM request_feedback GROUP BY request_id) f USING (request_id)
    WHERE t.revision = 'r1' AND r.status <> 'open' GROUP BY t.variant ORDER BY t.variant`;

  it('give the same figures, and those are what the books say', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ events, words, shuffled }) => {
        const delivered = await deliver(shuffled);
        const recounted = await test.database.query<{ variant: string; latency: number }>(RECOUNT);
        const all = await summaries();
        expect(Object.keys(all).sort()).toEqual(recounted.map(({ variant }) => variant));
        for (const { variant, latency, ...sums } of recounted) {
          expect(all[variant]).toMatchObject(sums);
          expect((all[variant]?.latency.meanMs ?? 0) * (all[variant]?.succeeded ?? 0)).toBeCloseTo(latency);
        }
        expect(delivered).toEqual(await deliver([...events, ...words]));
        expect(delivered).toEqual(await deliver([...words, ...events]));
      }),
      { numRuns: 40 },
    );
  });
});
