import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * Requests and attempts by month. The month of a request is that of its id, which begins with its time, and ids are compared byte by byte;
 * so the id alone stays unique, and what is delivered again meets what is there. Ids that tell no time are in the default
 * partition. Of the journal and the sums by hour, what is in the default partition is put into its months. Tables that are joined by
 * the id compare it in the same way, or their indexes would be of no use.
 */
export class PartitionByMonth1796000000000 implements MigrationInterface {
  readonly name = 'PartitionByMonth1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of JOINED) {
      await runner.query(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text COLLATE "C"`);
    }
    for (const book of BOOKS_BY_ID) await partition(runner, book);
    for (const book of BOOKS_BY_TIME) await fillMonths(runner, book);
    for (const statement of [DROPPED_MONTH, DROPPED_HOUR]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_dropped_month, ledger_dropped_hour');
    for (const { table, storage, indexes } of BOOKS_BY_ID) {
      await runner.query(`ALTER TABLE ${table} RENAME TO ${table}_months`);
      await runner.query(
        `CREATE TABLE ${table} (LIKE ${table}_months INCLUDING DEFAULTS INCLUDING CONSTRAINTS) ${storage}`,
      );
      await runner.query(`INSERT INTO ${table} SELECT * FROM ${table}_months`);
      await runner.query(`DROP TABLE ${table}_months`);
      for (const index of indexes) await runner.query(index);
    }
  }
}

interface Book {
  readonly table: string;
  /** What partitions are made by. */
  readonly column: string;
  readonly storage: string;
}

const JOINED = [
  ['experiment_request', 'request_id'],
  ['experiment_counted', 'request_id'],
  ['request_feedback', 'request_id'],
  ['export_later', 'request_id'],
] as const;

const BOOKS_BY_ID: readonly (Book & { readonly indexes: readonly string[]; readonly oldIndexes: readonly string[] })[] =
  [
    {
      table: 'ledger_request',
      column: 'request_id',
      storage: 'WITH (fillfactor = 70)',
      oldIndexes: ['by_time', 'by_key', 'by_user', 'by_team', 'batch', 'recorded'].map(
        (name) => `ledger_request_${name}`,
      ),
      indexes: [
        'ALTER TABLE ledger_request ADD PRIMARY KEY (request_id)',
        'CREATE INDEX ledger_request_by_time ON ledger_request (received_at DESC, request_id DESC)',
        'CREATE INDEX ledger_request_by_key ON ledger_request (key_hash, received_at DESC, request_id DESC)',
        `CREATE INDEX ledger_request_by_user ON ledger_request (user_id, received_at DESC, request_id DESC)
       WHERE user_id IS NOT NULL`,
        `CREATE INDEX ledger_request_by_team ON ledger_request (team_id, received_at DESC, request_id DESC)
       WHERE team_id IS NOT NULL`,
        'CREATE INDEX ledger_request_batch ON ledger_request (batch_id, received_at, request_id) WHERE batch_id IS NOT NULL',
        'CREATE INDEX ledger_request_recorded ON ledger_request USING brin (recorded_at) WITH (pages_per_range = 32)',
        // Of the few that did not end well, so that pages of those need not look at all the others.
        `CREATE INDEX ledger_request_by_status ON ledger_request (status, received_at DESC, request_id DESC)
       WHERE status <> 'success'`,
        `CREATE INDEX ledger_request_by_error ON ledger_request (error_code, received_at DESC, request_id DESC)
       WHERE error_code IS NOT NULL`,
      ],
    },
    {
      table: 'ledger_attempt',
      column: 'request_id',
      storage: '',
      oldIndexes: [],
      indexes: ['ALTER TABLE ledger_attempt ADD PRIMARY KEY (request_id, attempt)'],
    },
  ];

const BOOKS_BY_TIME: readonly Book[] = [
  { table: 'ledger_journal', column: 'booked_at', storage: '' },
  { table: 'ledger_rollup_hour', column: 'begins_at', storage: 'WITH (fillfactor = 70)' },
];

/** In months, oldest first: those that rows are of, this one and the three to come. */
const monthsSql = (times: string): string => `
  SELECT to_char(month, 'YYYY_MM') AS name, month::timestamp AT TIME ZONE 'UTC' AS begins,
         (month + interval '1 month')::timestamp AT TIME ZONE 'UTC' AS ends
  FROM (
    SELECT date_trunc('month', time AT TIME ZONE 'UTC') AS month FROM (${times}) of_rows
    WHERE time >= '2020-01-01T00:00:00Z' AND time < now() + interval '1 month'
    UNION SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n) FROM generate_series(0, 3) n
  ) months ORDER BY month`;

interface Month {
  readonly name: string;
  readonly begins: Date;
  readonly ends: Date;
}

/** Of ids in the form of a UUID of version 7. */
const TIME_OF_ID = `to_timestamp(('x0000' || substr(request_id, 1, 8) || substr(request_id, 10, 4))::bit(64)::bigint / 1000.0)`;

async function partition(runner: QueryRunner, book: (typeof BOOKS_BY_ID)[number]): Promise<void> {
  const { table, column, storage } = book;
  const before = `${table}_before`;
  await runner.query(`ALTER TABLE ${table} RENAME TO ${before}`);
  await runner.query(`ALTER TABLE ${before} DROP CONSTRAINT ${table}_pkey`);
  for (const index of book.oldIndexes) await runner.query(`DROP INDEX ${index}`);
  await runner.query(`ALTER TABLE ${before} ALTER COLUMN ${column} TYPE text COLLATE "C"`);
  await runner.query(
    `CREATE TABLE ${table} (LIKE ${before} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (${column})`,
  );
  await runner.query(`CREATE TABLE ${table}_other PARTITION OF ${table} DEFAULT ${storage}`);
  const timed = `SELECT ${TIME_OF_ID} AS time FROM ${before} WHERE request_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7'`;
  await makeMonths(runner, book, { times: timed, bound: (time) => firstId(time.getTime()) });
  await runner.query(`INSERT INTO ${table} SELECT * FROM ${before}`);
  await runner.query(`DROP TABLE ${before}`);
  for (const index of book.indexes) await runner.query(index);
}

async function fillMonths(runner: QueryRunner, book: Book): Promise<void> {
  const { table, column, storage } = book;
  const before = `${table}_before`;
  await runner.query(`ALTER TABLE ${table} DETACH PARTITION ${table}_other`);
  await runner.query(`ALTER TABLE ${table}_other DROP CONSTRAINT ${table}_other_pkey`);
  await runner.query(`ALTER TABLE ${table}_other RENAME TO ${before}`);
  await runner.query(`CREATE TABLE ${table}_other PARTITION OF ${table} DEFAULT ${storage}`);
  const times = `SELECT ${column} AS time FROM ${before}`;
  await makeMonths(runner, book, { times, bound: (time) => time.toISOString() });
  await runner.query(`INSERT INTO ${table} SELECT * FROM ${before}`);
  await runner.query(`DROP TABLE ${before}`);
}

async function makeMonths(
  runner: QueryRunner,
  { table, storage }: Book,
  { times, bound }: { readonly times: string; readonly bound: (time: Date) => string },
): Promise<void> {
  for (const { name, begins, ends } of (await runner.query(monthsSql(times))) as Month[]) {
    // Of the journal and the sums, some months have been made by the ledger.
    await runner.query(
      `CREATE TABLE IF NOT EXISTS ${table}_${name} PARTITION OF ${table}
       FOR VALUES FROM ('${bound(begins)}') TO ('${bound(ends)}') ${storage}`,
    );
  }
}

function firstId(unixMs: number): string {
  const time = unixMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** What was dropped: of which table, how much, and what it had cost, which the sums of what is left lack. */
const DROPPED_MONTH = `
  CREATE TABLE ledger_dropped_month (
    books text NOT NULL CHECK (books IN ('requests', 'journal')),
    month date NOT NULL,
    requests bigint NOT NULL,
    attempts bigint NOT NULL,
    transfers bigint NOT NULL,
    requests_nano_usd bigint NOT NULL,
    attempts_nano_usd bigint NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (books, month)
  )`;

/** By when the requests came: what the sums by hour are to be compared with besides the requests that are left. */
const DROPPED_HOUR = `
  CREATE TABLE ledger_dropped_hour (
    begins_at timestamptz PRIMARY KEY,
    requests bigint NOT NULL,
    cost_nano_usd bigint NOT NULL
  )`;
