import { SILENT_LOGGER } from '@gateway/telemetry';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase, TRUNCATE_BOOKS } from '../../test/open-test-database';
import { attemptRecord, NOON_UNIX_MS, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { BooksAudit, type Drift } from './books-audit';

// Real: PostgreSQL.
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => test.database.query(TRUNCATE_BOOKS));

const DAY_MS = 86_400_000;
const NO_DRIFT: Drift = { requests: 0, journal: 0, rollups: 0, keys: 0 };

/** Three days ago, yesterday and today; 10 tokens in and 20 out, at 1 and 10 nano-USD. */
const book = () =>
  createRecorder(test.database).record(
    [3, 1, 0].map((days) => {
      const at = NOON_UNIX_MS - days * DAY_MS;
      return usageEvent(`r${days}`, {
        attempt: attemptRecord({ startedAtUnixMs: at, usage: usage(10, 20) }),
        request: requestRecord({ receivedAtUnixMs: at }),
      });
    }),
  );

async function audit(): Promise<Drift[]> {
  const reports: Drift[] = [];
  const report = (drift: Drift) => reports.push(drift);
  const parts = { database: test.database, logger: SILENT_LOGGER, report, nowUnixMs: () => NOON_UNIX_MS };
  const books = new BooksAudit(parts);
  while (await books.next());
  return reports;
}

const rollups = () =>
  test.database.query(`SELECT 'hour' AS of, begins_at, requests, cost_nano_usd FROM ledger_rollup_hour
    UNION ALL SELECT 'day', begins_at, requests, cost_nano_usd FROM ledger_rollup_day ORDER BY 1, 2`);

describe('BooksAudit', () => {
  it('D3 finds nothing where all is well', async () => {
    await book();
    const before = await rollups();
    expect(await audit()).toEqual([NO_DRIFT]);
    expect(await rollups()).toEqual(before);
  });

  it('D3 adds what was booked before there were rollups', async () => {
    await book();
    const before = await rollups();
    await test.database.query('TRUNCATE ledger_rollup_hour, ledger_rollup_day, ledger_dimension');
    expect(await audit()).toEqual([NO_DRIFT]);
    expect(await rollups()).toEqual(before);
  });

  it('D3 puts sums right that are wrong, and leaves records of money alone', async () => {
    await book();
    const before = await rollups();
    for (const table of ['hour', 'day']) {
      const change = 'SET cost_nano_usd = cost_nano_usd + 7, requests = requests + 1';
      await test.database.query(`UPDATE ledger_rollup_${table} ${change} WHERE begins_at >= '2026-11-21'`);
    }
    await test.database.query('UPDATE ledger_key_spend SET spend_nano_usd = spend_nano_usd - 5');
    await test.database.query("UPDATE ledger_request SET cost_nano_usd = cost_nano_usd + 2 WHERE request_id = 'r3'");
    expect(await audit()).toEqual([{ ...NO_DRIFT, requests: 2, keys: -5 }]);
    expect(await rollups()).toEqual(before);
  });
});
