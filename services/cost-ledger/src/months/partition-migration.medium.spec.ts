import { runMigrations } from '@gateway/storage';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { attemptRecord, requestIdAt, requestRecord, usageEvent } from '../../test/usage-events';
import { ALL_MIGRATIONS } from '../migrations/all-migrations';
import { PartitionByMonth1796000000000 } from '../migrations/partition-by-month';

// Real: PostgreSQL.
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase(ALL_MIGRATIONS.filter((migration) => migration !== PartitionByMonth1796000000000));
});
afterAll(() => test.close());

const OCTOBER = Date.UTC(2025, 9);
const NOVEMBER = Date.UTC(2025, 10);
const IDS = [
  requestIdAt(OCTOBER),
  requestIdAt(NOVEMBER - 1),
  requestIdAt(NOVEMBER),
  // Of a clock that was far off, of versions before ids told the time, and of whoever made ids of their own.
  requestIdAt(Date.UTC(2051, 0)),
  '3f0c2a31-9f6e-4b7a-8a53-0d0f5e7f4a11',
  'plain',
];
const EVENTS = IDS.map((id, index) =>
  usageEvent(id, {
    attempt: attemptRecord({ startedAtUnixMs: OCTOBER + index }),
    request: requestRecord({ receivedAtUnixMs: OCTOBER + index }),
    tags: ['a', 'b'],
  }),
);
const TABLES = ['ledger_request', 'ledger_attempt', 'ledger_journal', 'ledger_rollup_hour', 'ledger_rollup_day'];

const books = async () =>
  Promise.all(
    TABLES.map((table) => test.database.query(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`)),
  );

const places = (table: string, column: string) =>
  test.database.query(`SELECT tableoid::regclass::text AS place, ${column} AS what FROM ${table} ORDER BY 1, 2`);

it('D3 puts what was booked before into months, and loses and changes nothing', async () => {
  await createRecorder(test.database).record(EVENTS);
  // Of another month, and of one that a ledger has made before.
  await test.database.query('ALTER TABLE ledger_journal DISABLE TRIGGER ledger_journal_append_only');
  await test.database.query("UPDATE ledger_journal SET booked_at = '2025-11-30T23:59:59.999Z' WHERE request_id = $1", [
    IDS[0],
  ]);
  await test.database.query('ALTER TABLE ledger_journal ENABLE TRIGGER ledger_journal_append_only');
  await test.database.query(
    "CREATE TABLE ledger_rollup_hour_2099_12 PARTITION OF ledger_rollup_hour FOR VALUES FROM ('2099-12-01Z') TO ('2100-01-01Z')",
  );
  const before = await books();

  await runMigrations({ databaseUrl: test.url, migrations: ALL_MIGRATIONS, log: () => undefined });

  expect(await books()).toEqual(before);
  const expected = [
    ['2025_10', IDS[0]],
    ['2025_10', IDS[1]],
    ['2025_11', IDS[2]],
    ['other', IDS[3]],
    ['other', IDS[4]],
    ['other', IDS[5]],
  ];
  for (const table of ['ledger_request', 'ledger_attempt']) {
    expect(await places(table, 'request_id')).toEqual(
      expected.map(([month, what]) => ({ place: `${table}_${month}`, what })),
    );
  }
  const [carried] = await test.database.query(
    'SELECT tableoid::regclass::text AS place FROM ledger_journal WHERE request_id = $1',
    [IDS[0]],
  );
  expect(carried).toEqual({ place: 'ledger_journal_2025_11' });
  expect(await places('ledger_rollup_hour', "to_char(begins_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')")).toEqual([
    { place: 'ledger_rollup_hour_2025_10', what: '2025-10-01' },
  ]);
});

it('D3 what was booked before and is delivered again changes nothing', async () => {
  const before = await books();
  await createRecorder(test.database).record([...EVENTS].reverse());
  expect(await books()).toEqual(before);
});

it('D3 the journal still refuses to lose rows', async () => {
  for (const statement of ['DELETE FROM ledger_journal', 'UPDATE ledger_journal SET amount_nano_usd = 1']) {
    await expect(test.database.query(statement)).rejects.toMatchObject({ sqlState: '42501' });
  }
});
