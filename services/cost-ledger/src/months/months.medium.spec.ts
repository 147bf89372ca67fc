import type { ListSpendLogsRequest, PageSpendLogsRequest } from '@gateway/contracts';
import { SILENT_LOGGER } from '@gateway/telemetry';
import fc from 'fast-check';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase, TRUNCATE_BOOKS } from '../../test/open-test-database';
import { attemptRecord, requestIdAt, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { BooksAudit, type Drift } from '../books/books-audit';
import { LedgerRpc } from '../reports/ledger-rpc';
import { SpendReportsRpc } from '../reports/spend-reports-rpc';
import type { DroppedMonth } from './drop-requests';
import { monthName, monthOf } from './month';
import { MonthlyPartitions } from './monthly-partitions';
import { Retention, type RetentionSettings } from './retention';

// Real: PostgreSQL.
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.query(TRUNCATE_BOOKS);
  await dropMadeMonths();
});

/** In the middle of the present month: the journal goes by PostgreSQL's clock. */
const NOW = monthOf(Date.now()) + 14 * 86_400_000;
const HOUR_MS = 3_600_000;
const FAR = Date.UTC(2061, 5, 15);

const named = (...later: number[]) => later.map((months) => monthName(monthOf(NOW, months)));
const begins = (later: number) => new Date(monthOf(NOW, later)).toISOString();

const others: Record<string, number> = {};
const makeMonths = (nowUnixMs = NOW) =>
  new MonthlyPartitions({
    database: test.database,
    logger: SILENT_LOGGER,
    report: (table, rows) => {
      others[table] = rows;
    },
    nowUnixMs: () => nowUnixMs,
  }).make();

const partitionsOf = async (table: string): Promise<string[]> => {
  const rows = await test.database.query<{ name: string }>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1));
};

/** So that each test begins without months of the past. */
async function dropMadeMonths(): Promise<void> {
  for (const table of ['ledger_request', 'ledger_attempt', 'ledger_journal', 'ledger_rollup_hour']) {
    for (const month of await partitionsOf(table)) {
      if (month !== 'other') await test.database.query(`DROP TABLE ${table}_${month}`);
    }
  }
}

/** 10 tokens in and 20 out, at 1 and 10 nano-USD. */
const eventAt = (unixMs: number, number = 0, cameUnixMs = unixMs) =>
  usageEvent(requestIdAt(unixMs, number), {
    attempt: attemptRecord({ startedAtUnixMs: cameUnixMs, usage: usage(10, 20) }),
    request: requestRecord({ receivedAtUnixMs: cameUnixMs }),
  });

const placesOf = (table: string) =>
  test.database.query<{ place: string; request_id: string }>(
    `SELECT tableoid::regclass::text AS place, request_id FROM ${table} ORDER BY 1, 2`,
  );

describe('MonthlyPartitions', () => {
  it('D3 makes this month and those to come, once', async () => {
    for (let round = 0; round < 2; round += 1) await makeMonths();
    for (const table of ['ledger_request', 'ledger_attempt', 'ledger_journal', 'ledger_rollup_hour']) {
      expect(await partitionsOf(table)).toEqual([...named(0, 1, 2, 3), 'other']);
    }
  });

  it('D3 two ledgers at once make each month once', async () => {
    await createRecorder(test.database).record([eventAt(NOW), eventAt(monthOf(NOW, -3))]);
    await Promise.all([makeMonths(), makeMonths()]);
    expect(await partitionsOf('ledger_request')).toEqual([...named(-3, 0, 1, 2, 3), 'other']);
    expect(await test.database.query('SELECT count(*)::integer AS n FROM ledger_request')).toEqual([{ n: 2 }]);
  });

  it('D3 rows of a month that nobody made in time are kept, told of, and put into it', async () => {
    const late = monthOf(NOW, -2);
    await createRecorder(test.database).record([
      eventAt(late),
      eventAt(NOW),
      eventAt(FAR),
      usageEvent('plain', { request: requestRecord() }),
    ]);
    expect((await placesOf('ledger_request')).map(({ place }) => place)).toEqual(Array(4).fill('ledger_request_other'));
    await makeMonths();
    expect(await placesOf('ledger_request')).toEqual([
      { place: `ledger_request_${named(-2)}`, request_id: requestIdAt(late) },
      { place: `ledger_request_${named(0)}`, request_id: requestIdAt(NOW) },
      { place: 'ledger_request_other', request_id: requestIdAt(FAR) },
      { place: 'ledger_request_other', request_id: 'plain' },
    ]);
    expect(others).toEqual({ ledger_request: 2, ledger_attempt: 1, ledger_journal: 0, ledger_rollup_hour: 1 });
    const [journal] = await test.database.query('SELECT count(*)::integer AS n FROM ledger_journal_other');
    expect(journal).toEqual({ n: 0 });
  });

  it('P5 never two rows for one request, whatever is delivered how often, and whenever months are made', async () => {
    const first = monthOf(NOW, -1);
    const times = [first - 1, first, first + 1, monthOf(NOW) - 1, monthOf(NOW), FAR];
    const event = fc
      .record({
        at: fc.constantFrom(...times),
        came: fc.constantFrom(...times),
        ends: fc.boolean(),
        latencyMs: fc.nat(2),
      })
      .map(({ at, came, ends, latencyMs }) =>
        usageEvent(requestIdAt(at), {
          attempt: attemptRecord({ startedAtUnixMs: came, usage: usage(latencyMs, 20), latencyMs }),
          ...(ends && { request: requestRecord({ receivedAtUnixMs: came, latencyMs }) }),
        }),
      );
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.array(event, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant('months' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        await test.database.query(TRUNCATE_BOOKS);
        await dropMadeMonths();
        const recorder = createRecorder(test.database);
        for (const each of steps) await (each === 'months' ? makeMonths() : recorder.record(each));
        const events = steps.flatMap((each) => (each === 'months' ? [] : each));
        const ids = [...new Set(events.map(({ requestId }) => requestId))].sort();
        for (const table of ['ledger_request', 'ledger_attempt']) {
          expect((await placesOf(table)).map(({ request_id }) => request_id).sort()).toEqual(ids);
        }
        expect(await audit()).toEqual([NO_DRIFT]);
      }),
      { numRuns: 15 },
    );
  });
});

const NO_DRIFT: Drift = { requests: 0, journal: 0, rollups: 0, keys: 0 };

async function audit(logger = SILENT_LOGGER): Promise<Drift[]> {
  const reports: Drift[] = [];
  const report = (drift: Drift) => reports.push(drift);
  const books = new BooksAudit({ database: test.database, logger, report, nowUnixMs: () => NOW });
  while (await books.next());
  return reports;
}

const rollups = () =>
  test.database.query<{
    readonly begins_at: Date;
  }>(`SELECT 'hour' AS of, begins_at, dimension_id, requests, cost_nano_usd FROM ledger_rollup_hour
    UNION ALL SELECT 'day', begins_at, dimension_id, requests, cost_nano_usd FROM ledger_rollup_day ORDER BY 1, 2, 3`);
const balances = () =>
  test.database.query(
    `SELECT account, sum(amount_nano_usd)::text AS balance FROM ledger_journal_line GROUP BY 1 ORDER BY 1`,
  );
const left = async (table: string) => (await placesOf(table)).map(({ request_id }) => request_id);

/** A request or two of each of four months; one came when its month was over. */
const FIRST = monthOf(NOW, -3);
const BOOKED = [
  eventAt(FIRST + 5 * HOUR_MS),
  eventAt(monthOf(NOW, -2) - 1, 1, monthOf(NOW, -2) + HOUR_MS),
  eventAt(monthOf(NOW, -2) + HOUR_MS, 2),
  eventAt(monthOf(NOW, -1) + 7, 3),
  eventAt(NOW - HOUR_MS, 4),
];

/** Also the journal, as if each had been booked when it came. */
async function bookMonths(): Promise<void> {
  for (const months of [-3, -2, -1, 0]) await makeMonths(monthOf(NOW, months));
  await createRecorder(test.database).record(BOOKED);
  await test.database.query('ALTER TABLE ledger_journal DISABLE TRIGGER ledger_journal_append_only');
  await test.database.query(
    'UPDATE ledger_journal j SET booked_at = r.received_at FROM ledger_request r WHERE r.request_id = j.request_id',
  );
  await test.database.query('ALTER TABLE ledger_journal ENABLE TRIGGER ledger_journal_append_only');
}

async function retain(settings: Partial<RetentionSettings>, logger = SILENT_LOGGER): Promise<[string, DroppedMonth][]> {
  const dropped: [string, DroppedMonth][] = [];
  const retention = new Retention({
    database: test.database,
    settings: { requestMonths: 0, journalMonths: 0, isDryRun: false, ...settings },
    logger,
    report: (books, month) => dropped.push([books, month]),
    nowUnixMs: () => NOW,
  });
  await retention.apply();
  return dropped;
}

const ALL = { requestId: '', keyHash: '', userId: '', teamId: '', fromUnixMs: 0, toUnixMs: 0, limit: 10 };
const ALL_LOGS: ListSpendLogsRequest = { ...ALL, pageToken: '', batchId: '' };
const ALL_PAGES: PageSpendLogsRequest = {
  ...ALL,
  ...{ keyAlias: '', customerId: '', modelGroup: '', providerModel: '', deployment: '', status: '' },
  ...{ errorCode: '', orderBy: '', ascending: false, offset: 0 },
};

describe('Retention', () => {
  it('D3 keeps everything unless told otherwise, and only tells when it is to try', async () => {
    await bookMonths();
    const warned: unknown[] = [];
    const logger = { ...SILENT_LOGGER, warn: (fields: unknown) => void warned.push(fields) };
    expect(await retain({})).toEqual([]);
    expect(await retain({ requestMonths: 1, journalMonths: 2, isDryRun: true }, logger)).toEqual([]);
    expect(await left('ledger_request')).toHaveLength(BOOKED.length);
    expect(warned).toEqual([
      expect.objectContaining({ books: 'requests', month: begins(-3) }),
      expect.objectContaining({ books: 'requests', month: begins(-2) }),
      expect.objectContaining({ books: 'journal', month: begins(-3) }),
    ]);
  });

  it('D3 drops what is older, and all books still agree', async () => {
    await bookMonths();
    const [sums, accounts] = [await rollups(), await balances()];
    const dropped = await retain({ requestMonths: 1, journalMonths: 1 });
    expect(dropped).toEqual([
      ['requests', { requests: 2, attempts: 2, transfers: 0 }],
      ['requests', { requests: 1, attempts: 1, transfers: 0 }],
      ['journal', { requests: 0, attempts: 0, transfers: 1 }],
      ['journal', { requests: 0, attempts: 0, transfers: 2 }],
    ]);
    const kept = BOOKED.slice(3).map(({ requestId }) => requestId);
    expect([await left('ledger_request'), await left('ledger_attempt')]).toEqual([kept, kept]);
    expect(await balances()).toEqual(accounts);
    expect(await partitionsOf('ledger_journal')).toEqual([...named(-1, 0, 1, 2, 3), 'other']);
    // From the first hour on: what was dropped is no reason to complain of sums, nor to put them "right".
    const told: unknown[] = [];
    const tell = (fields: unknown) => void told.push(fields);
    expect(await audit({ ...SILENT_LOGGER, warn: tell, error: tell })).toEqual([NO_DRIFT]);
    expect(told).toEqual([]);
    expect(await rollups()).toEqual(sums);
    expect(await retain({ requestMonths: 1, journalMonths: 1 })).toEqual([]);
  });

  it('D3 refuses what comes for a month that was dropped, and keeps it as evidence', async () => {
    await bookMonths();
    await retain({ requestMonths: 1, journalMonths: 1 });
    const [sums, accounts] = [await rollups(), await balances()];
    const fresh = eventAt(NOW, 9);
    await createRecorder(test.database).record([BOOKED[0], fresh, BOOKED[2]]);
    const rejected = await test.database.query<{ payload: Buffer; reason: string }>(
      'SELECT payload, reason FROM ledger_rejected',
    );
    expect(rejected.map(({ payload }) => JSON.parse(payload.toString()).requestId).sort()).toEqual(
      [BOOKED[0]?.requestId, BOOKED[2]?.requestId].sort(),
    );
    expect(rejected.every(({ reason }) => reason.includes('month_was_dropped'))).toBe(true);
    expect(await left('ledger_request')).toContain(fresh.requestId);
    expect((await rollups()).length).toBeGreaterThan(sums.length);
    await createRecorder(test.database).record([BOOKED[0]]);
    expect(await audit()).toEqual([NO_DRIFT]);
    expect(await balances()).not.toEqual(accounts);
  });

  it('D5 questions for requests say from when on there are any', async () => {
    await bookMonths();
    const [logs, reports] = [new LedgerRpc(test.database), new SpendReportsRpc(test.database)];
    expect(await logs.listSpendLogs(ALL_LOGS)).toMatchObject({ keptSinceUnixMs: 0 });
    await retain({ requestMonths: 1 });
    const since = monthOf(NOW, -1);
    expect(await logs.listSpendLogs(ALL_LOGS)).toMatchObject({ keptSinceUnixMs: since, logs: [{}, {}] });
    expect(await reports.pageSpendLogs(ALL_PAGES)).toMatchObject({ keptSinceUnixMs: since, total: 2 });
    expect((await logs.listSpendLogs({ ...ALL_LOGS, toUnixMs: since + 1 })).logs).toEqual([]);
    for (const [field, changes] of [
      ['end_date', { toUnixMs: since }],
      ['request_id', { requestId: BOOKED[2]?.requestId ?? '' }],
    ] as const) {
      const refusal = { code: 'INVALID_ARGUMENT', field };
      await expect(logs.listSpendLogs({ ...ALL_LOGS, ...changes })).rejects.toMatchObject(refusal);
      await expect(reports.pageSpendLogs({ ...ALL_PAGES, ...changes })).rejects.toMatchObject(refusal);
    }
  });

  it('D3 sums of what was dropped are compared all the same, but left as they are', async () => {
    await bookMonths();
    await retain({ requestMonths: 1 });
    await test.database.query('UPDATE ledger_rollup_hour SET cost_nano_usd = cost_nano_usd + 7');
    await test.database.query('UPDATE ledger_rollup_day SET cost_nano_usd = cost_nano_usd + 7');
    const sums = await rollups();
    const told: unknown[] = [];
    const logger = { ...SILENT_LOGGER, error: (fields: unknown) => void told.push(fields) };
    // Of four hours and days two have requests, and are put right.
    expect(await audit(logger)).toEqual([{ ...NO_DRIFT, rollups: 2 * 7 }]);
    const hours = [FIRST + 5 * HOUR_MS, monthOf(NOW, -2) + HOUR_MS].map((hour) => ({
      hour: new Date(hour).toISOString(),
    }));
    expect(told.slice(0, 2)).toEqual(hours);
    const dropped = (rows: readonly { readonly begins_at: Date }[]) =>
      rows.filter(({ begins_at }) => begins_at.getTime() < monthOf(NOW, -1));
    expect(dropped(await rollups())).toEqual(dropped(sums));
  });

  it('D3 what was carried forward is carried forward again', async () => {
    await bookMonths();
    const accounts = await balances();
    await retain({ journalMonths: 2 });
    await retain({ journalMonths: 1 });
    expect(await balances()).toEqual(accounts);
    const carried = await test.database.query(
      "SELECT sum(amount_nano_usd)::integer AS amount FROM ledger_journal WHERE kind = 'carried'",
    );
    expect(carried).toEqual([{ amount: 3 * 210 }]);
    expect(await audit()).toEqual([NO_DRIFT]);
  });
});
