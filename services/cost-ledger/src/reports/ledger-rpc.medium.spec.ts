import type { ListSpendLogsRequest, SpendLog } from '@gateway/contracts';
import { Database } from '@gateway/storage';
import fc from 'fast-check';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { attemptRecord, KEY_HASH, NOON_UNIX_MS, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { LedgerRpc } from './ledger-rpc';
import { encodePageToken } from './page-token';

// Real: PostgreSQL.
let test: TestDatabase;
let rpc: LedgerRpc;
const OTHER_KEY = 'b'.repeat(64);
/** Twelve requests in groups of three that came in the same millisecond; every fourth belongs to another key. */
const COUNT = 12;

beforeAll(async () => {
  test = await openTestDatabase();
  rpc = new LedgerRpc(test.database);
  const events = Array.from({ length: COUNT }, (_, index) => {
    const other = index % 4 === 0;
    return usageEvent(`r${String(index).padStart(2, '0')}`, {
      source: 'edge',
      principal: other ? { keyHash: OTHER_KEY, userId: 'u2' } : { keyHash: KEY_HASH, keyAlias: 'alice', userId: 'u1' },
      request: requestRecord({ receivedAtUnixMs: NOON_UNIX_MS + Math.floor(index / 3), attempts: 2 }),
    });
  });
  const attempts = events.flatMap((event) => [
    {
      ...event,
      request: undefined,
      attempt: attemptRecord({ attempt: 1, usage: usage(4, 2, { units: { images: 3 } }) }),
    },
    {
      ...event,
      request: undefined,
      attempt: attemptRecord({
        status: 'failed',
        failure: 'connect',
        providerStatus: null,
        timeToFirstTokenMs: null,
        billable: false,
        usage: usage(0, 0),
      }),
    },
  ]);
  await createRecorder(test.database).record([...events, ...attempts]);
});
afterAll(() => test.close());

const ALL: ListSpendLogsRequest = {
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

async function readPages(request: ListSpendLogsRequest): Promise<SpendLog[][]> {
  const pages: SpendLog[][] = [];
  let pageToken = '';
  do {
    const page = await rpc.listSpendLogs({ ...request, pageToken });
    pages.push(page.logs);
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && pages.length <= COUNT);
  return pages;
}

const ids = (logs: readonly SpendLog[]): string[] => logs.map(({ requestId }) => requestId);
const newestFirst = Array.from({ length: COUNT }, (_, index) => `r${String(index).padStart(2, '0')}`).reverse();

describe('spend logs', () => {
  it('D5 lists requests with their attempts', async () => {
    const { logs } = await rpc.listSpendLogs({ ...ALL, requestId: 'r01' });
    expect(logs).toEqual([
      {
        requestId: 'r01',
        keyHash: KEY_HASH,
        keyAlias: 'alice',
        userId: 'u1',
        batchId: '',
        teamId: '',
        experiment: '',
        variant: '',
        customerId: '',
        tags: [],
        requestedModel: 'mock-gpt',
        wire: 'openai-chat',
        stream: false,
        status: 'success',
        httpStatus: 200,
        errorCode: '',
        receivedAtUnixMs: NOON_UNIX_MS,
        latencyMs: 130,
        timeToFirstTokenMs: 45,
        promptTokens: 4,
        completionTokens: 2,
        cachedPromptTokens: 0,
        reasoningTokens: 0,
        costNanoUsd: 24,
        estimated: false,
        unpriced: false,
        attempts: [
          expect.objectContaining({
            attempt: 0,
            status: 'failed',
            failure: 'connect',
            providerStatus: -1,
            timeToFirstTokenMs: -1,
            billable: false,
            costNanoUsd: 0,
            units: {},
          }),
          expect.objectContaining({
            attempt: 1,
            deployment: 'mock-1',
            provider: 'mock',
            providerStatus: 200,
            startedAtUnixMs: NOON_UNIX_MS + 5,
            timeToFirstTokenMs: 40,
            billable: true,
            costNanoUsd: 24,
            units: { images: 3 },
          }),
        ],
      },
    ]);
  });

  it('D5 any page size walks through every request once, newest first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: COUNT + 1 }), async (limit) => {
        const pages = await readPages({ ...ALL, limit });
        expect(ids(pages.flat())).toEqual(newestFirst);
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        expect(pages.at(-1)).not.toHaveLength(0);
      }),
    );
  });

  it('D5 a page is not disturbed by requests that come in meanwhile', async () => {
    const first = await rpc.listSpendLogs({ ...ALL, limit: 5 });
    const late = usageEvent('zz', {
      source: 'edge',
      principal: { keyHash: 'c'.repeat(64) },
      request: requestRecord({ receivedAtUnixMs: NOON_UNIX_MS + 500 }),
    });
    await createRecorder(test.database).record([late]);
    const second = await rpc.listSpendLogs({ ...ALL, limit: 100, pageToken: first.nextPageToken });
    await test.database.query(`DELETE FROM ledger_request WHERE request_id = 'zz'`);
    await test.database.query(`DELETE FROM ledger_key_spend WHERE key_hash = repeat('c', 64)`);
    expect(ids([...first.logs, ...second.logs])).toEqual(newestFirst);
  });

  it.each([
    ['key', { keyHash: OTHER_KEY }, ['r08', 'r04', 'r00']],
    ['user', { userId: 'u2' }, ['r08', 'r04', 'r00']],
    ['start, inclusive', { fromUnixMs: NOON_UNIX_MS + 3 }, ['r11', 'r10', 'r09']],
    ['end, exclusive', { toUnixMs: NOON_UNIX_MS + 1 }, ['r02', 'r01', 'r00']],
    [
      'all of them',
      { keyHash: OTHER_KEY, userId: 'u2', fromUnixMs: NOON_UNIX_MS + 1, toUnixMs: NOON_UNIX_MS + 2 },
      ['r04'],
    ],
    ['nothing', { userId: 'nobody' }, []],
    ['text that is no SQL', { userId: `u2' OR '1'='1` }, []],
    ['a text PostgreSQL cannot hold', { requestId: 'a\0b' }, []],
  ])('D5 filters by %s', async (_name, filter, expected) => {
    expect(ids((await readPages({ ...ALL, ...filter, limit: 2 })).flat())).toEqual(expected);
  });

  it.each([
    ['limit', { limit: -1 }],
    ['limit', { limit: 1_001 }],
    ['page_token', { pageToken: 'nonsense' }],
    ['page_token', { pageToken: encodePageToken({ receivedAtUnixMs: 1e300, requestId: 'r' }) }],
    ['start_date', { fromUnixMs: -5 }],
    ['end_date', { toUnixMs: 1e15 }],
  ])('refuses a bad %s: %j', async (field, changes) => {
    await expect(rpc.listSpendLogs({ ...ALL, ...changes })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
  });

  it('answers UNAVAILABLE while PostgreSQL is away', async () => {
    const away = new LedgerRpc(new Database({ databaseUrl: 'postgres://x@127.0.0.1:1/x', applicationName: 'test' }));
    await expect(away.listSpendLogs(ALL)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(away.spendByKey({ limit: 0 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('spend by key', () => {
  it('D5 lists keys by spend, highest first', async () => {
    const alice = {
      keyHash: KEY_HASH,
      keyAlias: 'alice',
      keyName: '',
      spendNanoUsd: 9 * 24,
      requests: 9,
      promptTokens: 36,
      completionTokens: 18,
    };
    const { keys } = await rpc.spendByKey({ limit: 0 });
    expect(keys).toEqual([alice, expect.objectContaining({ keyHash: OTHER_KEY, spendNanoUsd: 3 * 24, requests: 3 })]);
    expect(await rpc.spendByKey({ limit: 1 })).toEqual({ keys: [alice] });
  });
});
