import type { UsageEvent } from '@gateway/contracts';
import fc from 'fast-check';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { attemptRecord, requestRecord, usage, usageEvent } from '../../test/usage-events';

// Real: PostgreSQL.
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

const REQUESTS = ['r0', 'r1', 'r2'];

const source = fc.constantFrom('edge' as const, 'worker' as const);
const someUsage = fc
  .tuple(fc.nat(1_000), fc.nat(1_000), fc.boolean(), fc.option(fc.record({ images: fc.nat(3), characters: fc.nat(9) })))
  .map(([prompt, completion, estimated, units]) => usage(prompt, completion, { estimated, ...(units && { units }) }));

/** Nothing keeps two versions of one attempt from differing in any way: the books must not care. */
const attempts = fc
  .record({
    attempt: fc.nat(2),
    usage: someUsage,
    billable: fc.boolean(),
    providerModel: fc.constantFrom('gpt', 'unknown'),
    startedAtUnixMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_050 }),
    status: fc.constantFrom('success' as const, 'lost' as const, 'interrupted' as const),
  })
  .map((changes) => attemptRecord(changes));

const ends = fc
  .record({
    attempts: fc.nat(3),
    latencyMs: fc.nat(50),
    status: fc.constantFrom('success' as const, 'failed' as const, 'cancelled' as const),
  })
  .map((changes) => requestRecord(changes));

const event: fc.Arbitrary<UsageEvent> = fc
  .record({
    requestId: fc.constantFrom(...REQUESTS),
    source,
    parts: fc.oneof(
      fc.record({ attempt: attempts }),
      fc.record({ request: ends }),
      fc.record({ attempt: attempts, request: ends }),
    ),
  })
  .map(({ requestId, source, parts }) => usageEvent(requestId, { source, ...parts }));

/** Every event at least once, in any order, cut into any batches. */
const deliveries = fc.array(event, { minLength: 1, maxLength: 12 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    batches: fc
      .tuple(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(fc.constantFrom(...events), { maxLength: 12 }),
      )
      .chain(([all, again]) => {
        const delivered = [...all, ...again];
        const whole = fc.shuffledSubarray(delivered, { minLength: delivered.length });
        return fc.tuple(whole, fc.integer({ min: 1, max: 5 }));
      })
      .map(([delivered, size]) => cut(delivered, size)),
  }),
);

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function bookAll(batches: readonly (readonly UsageEvent[])[]): Promise<unknown> {
  await test.database.query('TRUNCATE ledger_request, ledger_attempt, ledger_key_spend');
  const recorder = createRecorder(test.database);
  for (const batch of batches) await recorder.record(batch);
  const read = (table: string, order: string) =>
    test.database.query(`SELECT to_jsonb(t) - 'recorded_at' AS row FROM ${table} t ORDER BY ${order}`);
  return {
    requests: await read('ledger_request', 'request_id'),
    attempts: await read('ledger_attempt', 'request_id, attempt'),
    spend: await read('ledger_key_spend', 'key_hash'),
  };
}

/** What the rows must add up to, by plain arithmetic over the attempts that ended up in the table. */
async function sums(): Promise<unknown> {
  const [row] = await test.database.query(`
    SELECT (SELECT coalesce(sum(cost_nano_usd), 0)::text FROM ledger_attempt) AS attempts,
           (SELECT coalesce(sum(cost_nano_usd), 0)::text FROM ledger_request) AS requests,
           (SELECT coalesce(sum(spend_nano_usd), 0)::text FROM ledger_key_spend) AS keys,
           (SELECT count(*)::text FROM ledger_request) AS request_rows,
           (SELECT coalesce(sum(requests), 0)::text FROM ledger_key_spend) AS key_requests`);
  return row;
}

describe('Property 6: persistence', () => {
  it('P5 any event delivered 1..n times in any order gives the same ledger', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ events, batches }) => {
        const delivered = await bookAll(batches);
        const total = (await sums()) as Record<string, string>;
        expect([total.requests, total.keys]).toEqual([total.attempts, total.attempts]);
        expect(total.key_requests).toBe(total.request_rows);
        expect(delivered).toEqual(await bookAll([events]));
      }),
      { numRuns: 150 },
    );
  });

  it('P5 an actual figure is in the ledger whenever one was delivered', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ events, batches }) => {
        await bookAll(batches);
        const rows = await test.database.query<{ request_id: string; attempt: number; estimated: boolean }>(
          'SELECT request_id, attempt, estimated FROM ledger_attempt',
        );
        for (const row of rows) {
          const versions = events.filter((e) => e.requestId === row.request_id && e.attempt?.attempt === row.attempt);
          expect(row.estimated).toBe(versions.every((e) => e.attempt?.usage.estimated === true));
        }
        expect(rows).toHaveLength(
          new Set(events.flatMap((e) => (e.attempt ? [`${e.requestId} ${e.attempt.attempt}`] : []))).size,
        );
      }),
      { numRuns: 60 },
    );
  });
});
