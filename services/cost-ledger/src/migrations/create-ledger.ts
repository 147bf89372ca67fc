import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * The money records. Amounts are whole nano-USD. `version_key` orders the versions of one row that may arrive (see
 * `record-version.ts`); its collation is "C" so that PostgreSQL compares it byte by byte, as the code does.
 * No foreign keys between the tables: one transaction writes them all, and a check per row would halve the intake.
 */
export class CreateLedger1795046400001 implements MigrationInterface {
  readonly name = 'CreateLedger1795046400001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      LEDGER_REQUEST,
      ...LEDGER_REQUEST_INDEXES,
      LEDGER_ATTEMPT,
      LEDGER_KEY_SPEND,
      LEDGER_REJECTED,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_rejected, ledger_key_spend, ledger_attempt, ledger_request');
  }
}

/** `status` is `open` until somebody reported the end of the request. Totals are sums over its attempts. */
const LEDGER_REQUEST = `
  CREATE TABLE ledger_request (
    request_id text PRIMARY KEY,
    key_hash text NOT NULL,
    key_alias text,
    user_id text,
    team_id text,
    requested_model text NOT NULL,
    wire text NOT NULL,
    stream boolean NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    http_status integer,
    error_code text,
    received_at timestamptz NOT NULL,
    latency_ms bigint,
    time_to_first_token_ms bigint,
    attempts integer NOT NULL,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    cached_prompt_tokens bigint NOT NULL DEFAULT 0,
    reasoning_tokens bigint NOT NULL DEFAULT 0,
    cost_nano_usd bigint NOT NULL DEFAULT 0,
    estimated boolean NOT NULL DEFAULT false,
    unpriced boolean NOT NULL DEFAULT false,
    counted boolean NOT NULL DEFAULT false,
    version_key text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
  )`;

const LEDGER_REQUEST_INDEXES = [
  'CREATE INDEX ledger_request_by_time ON ledger_request (received_at DESC, request_id DESC)',
  'CREATE INDEX ledger_request_by_key ON ledger_request (key_hash, received_at DESC, request_id DESC)',
  `CREATE INDEX ledger_request_by_user ON ledger_request (user_id, received_at DESC, request_id DESC)
   WHERE user_id IS NOT NULL`,
];

const LEDGER_ATTEMPT = `
  CREATE TABLE ledger_attempt (
    request_id text NOT NULL,
    attempt integer NOT NULL,
    deployment text NOT NULL,
    model_group text NOT NULL,
    provider text NOT NULL,
    provider_model text NOT NULL,
    source text NOT NULL,
    started_at timestamptz NOT NULL,
    latency_ms bigint NOT NULL,
    time_to_first_token_ms bigint,
    status text NOT NULL,
    failure text,
    provider_status integer,
    billable boolean NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    cached_prompt_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    reasoning_tokens bigint NOT NULL,
    raw_usage jsonb,
    price_version text NOT NULL,
    cost_nano_usd bigint NOT NULL CHECK (cost_nano_usd >= 0),
    estimated boolean NOT NULL,
    unpriced boolean NOT NULL,
    version_key text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (request_id, attempt)
  )`;

/** What each key spent so far, kept in step with the requests, so that looking up a key never sums its history. */
const LEDGER_KEY_SPEND = `
  CREATE TABLE ledger_key_spend (
    key_hash text PRIMARY KEY,
    key_alias text,
    spend_nano_usd bigint NOT NULL,
    requests bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL
  )`;

/** Usage events that can never be booked, kept as evidence; the digest keeps redeliveries to one row. */
const LEDGER_REJECTED = `
  CREATE TABLE ledger_rejected (
    digest text PRIMARY KEY,
    reason text NOT NULL,
    payload bytea NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT now()
  )`;
