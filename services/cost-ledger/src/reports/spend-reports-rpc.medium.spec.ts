import type { PageSpendLogsRequest, SpendFilter, SumSpendRequest } from '@gateway/contracts';
import fc from 'fast-check';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { attemptRecord, KEY_HASH, NOON_UNIX_MS, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { SpendReportsRpc } from './spend-reports-rpc';

// Real: PostgreSQL.
let test: TestDatabase;
let rpc: SpendReportsRpc;
const OTHER_KEY = 'b'.repeat(64);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const COUNT = 12;

/** Twelve requests, three hours apart, of two keys; 10 nano-USD each for tokens out, and 1 for each token in. */
beforeAll(async () => {
  test = await openTestDatabase();
  rpc = new SpendReportsRpc(test.database);
  const events = Array.from({ length: COUNT }, (_, index) => {
    const other = index % 4 === 0;
    const startedAtUnixMs = NOON_UNIX_MS + index * 3 * HOUR_MS;
    return usageEvent(`r${String(index).padStart(2, '0')}`, {
      principal: other
        ? { keyHash: OTHER_KEY, teamId: 't2', customerId: 'c9' }
        : { keyHash: KEY_HASH, keyAlias: 'alice', userId: 'u1', teamId: 't1' },
      ...(index % 2 === 0 && { tags: ['even', ...(other ? ['other'] : [])] }),
      attempt: attemptRecord({ startedAtUnixMs, provider: other ? 'anthropic' : 'openai', usage: usage(index, 1) }),
      request: requestRecord({ receivedAtUnixMs: startedAtUnixMs, status: index === 5 ? 'failed' : 'success' }),
    });
  });
  const unreached = usageEvent('r99', {
    principal: { keyHash: OTHER_KEY },
    request: requestRecord({ receivedAtUnixMs: NOON_UNIX_MS, status: 'failed', attempts: 0 }),
  });
  await createRecorder(test.database).record([...events, unreached]);
});
afterAll(() => test.close());

const OPEN: SpendFilter = {
  fromUnixMs: 0,
  toUnixMs: 0,
  keyHashes: [],
  userIds: [],
  teamIds: [],
  customerIds: [],
  tags: [],
  modelGroups: [],
  providers: [],
  providerModels: [],
  excludeUserIds: [],
  excludeTeamIds: [],
  excludeCustomerIds: [],
  excludeTags: [],
};

async function sums(
  groupBy: string[],
  changes: Partial<Omit<SumSpendRequest, 'filter'>> & { readonly filter?: Partial<SpendFilter> } = {},
): Promise<string[]> {
  const request = { groupBy, dayOffsetMinutes: 0, top: false, limit: 0, after: [], ...changes };
  const reply = await rpc.sumSpend({ ...request, filter: { ...OPEN, ...changes.filter } });
  return reply.sums.map(
    (sum) => `${[...sum.groups, sum.requests, sum.costNanoUsd].join(' ')}${reply.hasMore ? ' …' : ''}`,
  );
}

describe('sums of spend', () => {
  it.each([
    ['nothing', [], {}, ['13 186']],
    ['key', ['key'], {}, [`${KEY_HASH} 9 144`, `${OTHER_KEY} 4 42`]],
    [
      'provider; requests that reached none are under no name',
      ['provider'],
      {},
      [' 1 0', 'anthropic 3 42', 'openai 9 144'],
    ],
    ['tag: each counts for itself', ['tag'], {}, ['even 6 90', 'other 3 42']],
    ['team and customer', ['team', 'customer'], {}, ['  1 0', 't1  9 144', 't2 c9 3 42']],
    ['day', ['day'], {}, ['2026-11-21 5 46', '2026-11-22 8 140']],
    ['a day that begins elsewhere', ['day'], { dayOffsetMinutes: 720 }, ['2026-11-21 9 108', '2026-11-22 4 78']],
    [
      'one hour',
      ['hour'],
      { filter: { fromUnixMs: NOON_UNIX_MS, toUnixMs: NOON_UNIX_MS + HOUR_MS } },
      ['2026-11-21T12:00:00Z 2 10'],
    ],
    ['highest first', ['team'], { top: true, limit: 1 }, ['t1 9 144 …']],
  ])('D5 by %s', async (_name, groups, changes, expected) => {
    expect(await sums(groups, changes)).toEqual(expected);
  });

  it.each([
    ['key', { keyHashes: [OTHER_KEY] }, '4 42'],
    ['user', { userIds: ['u1', 'nobody'] }, '9 144'],
    ['none', { userIds: [''] }, '4 42'],
    ['tag', { tags: ['other'] }, '3 42'],
    ['all but a tag', { excludeTags: ['other'] }, '10 144'],
    ['all but a team', { excludeTeamIds: ['t1', ''] }, '3 42'],
    ['provider', { providers: ['openai'] }, '9 144'],
    ['text that is no SQL', { teamIds: [`t1' OR '1'='1`] }, '0 0'],
  ])('D5 filters by %s', async (_name, filter, expected) => {
    expect(await sums([], { filter })).toEqual([expected]);
  });

  it('D5 a day of any time zone is the sum of its hours', async () => {
    const midnight = Math.floor(NOON_UNIX_MS / DAY_MS) * DAY_MS;
    const zone = fc.integer({ min: -14, max: 14 });
    await fc.assert(
      fc.asyncProperty(
        zone,
        fc.integer({ min: -1, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        async (hours, first, more) => {
          const fromUnixMs = midnight + first * DAY_MS + hours * HOUR_MS;
          const filter = { ...OPEN, fromUnixMs, toUnixMs: fromUnixMs + (more + 1) * DAY_MS };
          const dayOffsetMinutes = hours * 60;
          const request = { dayOffsetMinutes, top: false, limit: 0, after: [], filter };
          const byHour = await rpc.sumSpend({ ...request, groupBy: ['hour', 'key'] });
          const expected = new Map<string, number[]>();
          for (const { groups, requests, costNanoUsd, latencyMs } of byHour.sums) {
            const day = new Date(Date.parse(groups[0] ?? '') - hours * HOUR_MS).toISOString().slice(0, 10);
            const place = `${day} ${groups[1]}`;
            const [one = 0, two = 0, three = 0] = expected.get(place) ?? [];
            expected.set(place, [one + requests, two + costNanoUsd, three + latencyMs]);
          }
          const { sums: days } = await rpc.sumSpend({ ...request, groupBy: ['day', 'key'] });
          const found = days.map(
            (sum) => [sum.groups.join(' '), [sum.requests, sum.costNanoUsd, sum.latencyMs]] as const,
          );
          expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
        },
      ),
    );
  });

  it.each([0, 720, -720])(
    'D5 pages give every group once, where days begin %i minutes after UTC',
    async (dayOffsetMinutes) => {
      const all = await sums(['day', 'key', 'tag'], { dayOffsetMinutes });
      const found: string[] = [];
      let after: string[] = [];
      for (;;) {
        const request = {
          groupBy: ['day', 'key', 'tag'],
          dayOffsetMinutes,
          top: false,
          limit: 1,
          after,
          filter: OPEN,
        };
        const { sums: page, hasMore } = await rpc.sumSpend(request);
        found.push(...page.map((sum) => [...sum.groups, sum.requests, sum.costNanoUsd].join(' ')));
        if (!hasMore) break;
        after = page.at(-1)?.groups ?? [];
      }
      expect(found).toEqual(all);
    },
  );

  it('D5 says how requests ended and how a key is called', async () => {
    const { sums: found } = await rpc.sumSpend({
      groupBy: ['key'],
      dayOffsetMinutes: 0,
      top: true,
      limit: 1,
      after: [],
      filter: OPEN,
    });
    expect(found).toEqual([
      expect.objectContaining({ keyAlias: 'alice', requests: 9, successful: 8, failed: 1, attempts: 9 }),
    ]);
  });

  it.each([
    ['group_by', { groupBy: ['constructor'] }],
    ['start_date', { filter: { ...OPEN, fromUnixMs: 1 } }],
    ['timezone', { dayOffsetMinutes: 30 }],
    ['limit', { limit: 10_001 }],
    ['after', { after: ['a', 'b'] }],
  ])('refuses a bad %s', async (field, changes) => {
    const request = {
      groupBy: ['key'],
      dayOffsetMinutes: 0,
      top: false,
      limit: 0,
      after: [],
      filter: OPEN,
      ...changes,
    };
    await expect(rpc.sumSpend(request)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
  });
});

const ANY: PageSpendLogsRequest = {
  requestId: '',
  keyHash: '',
  keyAlias: '',
  userId: '',
  teamId: '',
  customerId: '',
  modelGroup: '',
  providerModel: '',
  deployment: '',
  status: '',
  errorCode: '',
  fromUnixMs: 0,
  toUnixMs: 0,
  orderBy: '',
  ascending: false,
  offset: 0,
  limit: 50,
};

describe('pages of requests', () => {
  it.each([
    ['newest first', { limit: 2 }, ['r11', 'r10'], 13],
    ['the second page', { limit: 2, offset: 2 }, ['r09', 'r08'], 13],
    ['by cost', { orderBy: 'cost_nano_usd', ascending: true, limit: 2 }, ['r99', 'r00'], 13],
    ['of a team that failed', { teamId: 't1', status: 'failed' }, ['r05'], 1],
    ['of a customer', { customerId: 'c9' }, ['r08', 'r04', 'r00'], 3],
    ['by what they cost', { leastNanoUsd: 20, mostNanoUsd: 20 }, ['r10'], 1],
    ['of a deployment', { deployment: 'nobody' }, [], 0],
  ])('D5 %s', async (_name, changes, ids, total) => {
    const reply = await rpc.pageSpendLogs({ ...ANY, ...changes });
    expect(reply.logs.map((log) => log.requestId)).toEqual(ids);
    expect(reply.total).toBe(total);
  });

  it.each([
    ['sort_by', { orderBy: 'request_id; DROP TABLE x' }],
    ['page', { offset: 100_001 }],
    ['page_size', { limit: 0 }],
  ])('refuses a bad %s', async (field, changes) => {
    await expect(rpc.pageSpendLogs({ ...ANY, ...changes })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
  });
});

it('P6 the journal loses and changes no row', async () => {
  for (const statement of ['DELETE FROM ledger_journal', 'UPDATE ledger_journal SET amount_nano_usd = 1']) {
    await expect(test.database.query(statement)).rejects.toMatchObject({ sqlState: '42501' });
  }
});
