// How long reports take over the sums of ten million requests, and pages over a million of them: the ledger's own queries on an
// own PostgreSQL, filled by SQL. 1.5 GB in the temporary directory, removed at the end. CPU time of PostgreSQL.
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuMsOfEnded, cpuNanosOf, treeOf } from './processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const built = (path) => require(join(here, '../..', path));
const DAY_MS = 86_400_000;
const MONTHS = [0, 1, 2, 3];
const DAYS = 90;
const HOURS_DAYS = 30;
const KEYS = 500;
const MODELS = 4;
const REQUESTS_OF_A_DAY = 56;

/** 500 keys × 4 models: 180,000 sums of days and 1.4 million of hours; ten million requests in 90 days. */
const FILL = (requests) => [
  `INSERT INTO ledger_dimension (id, key_hash, user_id, team_id, customer_id, tags, wire, model_group, provider, provider_model)
   SELECT md5(k || '/' || m)::uuid, 'key-' || k, 'user-' || k % 100, 'team-' || k % 20, '', ARRAY['tag-' || k % 10, 'all'],
          'openai-chat', 'model-' || m, 'provider-' || m % 2, 'model-' || m
   FROM generate_series(0, ${KEYS - 1}) k, generate_series(0, ${MODELS - 1}) m`,
  sums(
    'ledger_rollup_day',
    `date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - make_interval(days => n)`,
    DAYS,
    24,
  ),
  sums('ledger_rollup_hour', `date_trunc('hour', now()) - make_interval(hours => n)`, HOURS_DAYS * 24, 1),
  `INSERT INTO ledger_request (request_id, key_hash, key_alias, user_id, team_id, requested_model, wire, stream, source, status,
     http_status, received_at, latency_ms, attempts, prompt_tokens, completion_tokens, cost_nano_usd, counted, version_key)
   SELECT regexp_replace(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), '^(.{8})', '\\1-') || '-7000-8000-' || n, 'key-' || n % ${KEYS}, 'alias-' || n % ${KEYS},
          'user-' || n % 100, 'team-' || n % 20, 'model-' || n % ${MODELS}, 'openai-chat', true, 'worker',
          CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'success' END, 200, at, n % 5000, 1, 300, 100, 1000 * (n % 9000), true, '2:0'
   FROM (SELECT n, now() - n * make_interval(secs => ${DAYS * 86_400}.0 / ${requests}) AS at
         FROM generate_series(1, ${requests}) n) line`,
  `INSERT INTO ledger_attempt (request_id, attempt, deployment, model_group, provider, provider_model, source, started_at,
     latency_ms, status, billable, prompt_tokens, completion_tokens, cached_prompt_tokens, cache_write_tokens,
     reasoning_tokens, price_version, cost_nano_usd, estimated, unpriced, version_key)
   SELECT request_id, 0, 'deployment-' || requested_model, requested_model, 'provider', requested_model, source, received_at,
          latency_ms, status, true, 300, 100, 0, 0, 0, 'catalogue', cost_nano_usd, false, false, '4:0' FROM ledger_request`,
  `INSERT INTO ledger_key_spend SELECT key_hash, max(key_alias), sum(cost_nano_usd), count(*), sum(prompt_tokens),
     sum(completion_tokens) FROM ledger_request GROUP BY key_hash`,
  'VACUUM ANALYZE',
];

function sums(table, begins, count, hours) {
  const requests = Math.round((REQUESTS_OF_A_DAY * hours) / 24);
  return `INSERT INTO ${table} SELECT ${begins}, id, ${requests}, ${requests}, 0, ${requests}, 0, ${requests} * 900,
    ${requests} * 300, ${requests} * 100, 0, 0, 0, ${requests} * 1750000, 0
    FROM ledger_dimension, generate_series(0, ${count - 1}) n`;
}

const today = () => Math.floor(Date.now() / DAY_MS) * DAY_MS;
const lastDays = (days) => ({ fromUnixMs: today() - days * DAY_MS, toUnixMs: today() + DAY_MS });
const NO_FILTER = {
  ...{
    keyHashes: [],
    userIds: [],
    teamIds: [],
    customerIds: [],
    modelGroups: [],
    providers: [],
    providerModels: [],
    tags: [],
  },
  ...{ excludeUserIds: [], excludeTeamIds: [], excludeCustomerIds: [], excludeTags: [], fromUnixMs: 0, toUnixMs: 0 },
};
const sum = (groupBy, filter, more) => [
  'sumSpend',
  { groupBy, dayOffsetMinutes: 0, limit: 1_000, top: false, after: [], ...more, filter: { ...NO_FILTER, ...filter } },
];
const top = (group, days) => sum([group], lastDays(days), { top: true, limit: 100 });
const NO_WISH = Object.fromEntries(
  'requestId keyHash keyAlias userId teamId customerId modelGroup providerModel deployment status errorCode orderBy batchId pageToken'
    .split(' ')
    .map((name) => [name, '']),
);
const page = (wish) => [
  'pageSpendLogs',
  { ...NO_WISH, ...lastDays(30), limit: 50, offset: 0, ascending: false, ...wish },
];
const list = (wish) => ['listSpendLogs', { ...NO_WISH, fromUnixMs: 0, toUnixMs: 0, limit: 100, ...wish }];

/** What the routes ask. */
const QUESTIONS = () => ({
  '/global/spend (90 days)': sum([], lastDays(DAYS)),
  '/spend/users (90 days)': top('user', DAYS),
  '/spend/teams (90 days)': top('team', DAYS),
  '/spend/models (90 days)': top('model_group', DAYS),
  '/spend/tags (90 days)': top('tag', DAYS),
  '/global/spend/keys (90 days)': top('key', DAYS),
  '/global/spend/report by team (90 days)': sum(['day', 'team', 'model_group'], lastDays(DAYS)),
  '/user/daily/activity (31 days)': sum(['day', 'user', 'model_group', 'provider', 'key'], lastDays(31), {
    limit: 10_000,
  }),
  '/user/daily/activity of one user (31 days)': sum(['day', 'user', 'model_group', 'provider', 'key'], {
    ...lastDays(31),
    userIds: ['user-7'],
  }),
  '/team/daily/activity, another time zone (30 days)': sum(
    ['day', 'team'],
    { fromUnixMs: today() - 30 * DAY_MS + 8 * 3_600_000, toUnixMs: today() + 8 * 3_600_000 },
    { dayOffsetMinutes: 480 },
  ),
  '/team/daily/activity, the other side of the world (30 days)': sum(
    ['day', 'team'],
    { fromUnixMs: today() - 30 * DAY_MS + 12 * 3_600_000, toUnixMs: today() + 12 * 3_600_000 },
    { dayOffsetMinutes: 720 },
  ),
  '/spend/export by day, key and model (30 days, first 10,000)': sum(['day', 'key', 'model_group'], lastDays(30), {
    limit: 10_000,
  }),
  '/spend/keys': ['spendByKey', { limit: 100 }],
  '/spend/logs': list({}),
  '/spend/logs of a key': list({ keyHash: 'key-7' }),
  '/spend/logs of a user': list({ userId: 'user-7' }),
  '/spend/logs/v2': page({}),
  '/spend/logs/v2, page 100': page({ offset: 5_000 }),
  '/spend/logs/v2 by spend': page({ orderBy: 'cost_nano_usd' }),
  '/spend/logs/v2 by latency': page({ orderBy: 'latency_ms' }),
  '/spend/logs/v2 of a team': page({ teamId: 'team-7' }),
  '/spend/logs/v2 of a key alias': page({ keyAlias: 'alias-7' }),
  '/spend/logs/v2 of a model': page({ providerModel: 'model-1' }),
  '/spend/logs/v2 that failed': page({ status: 'failed' }),
  '/spend/logs/v2 of a code that never was': page({ errorCode: 'none_such' }),
});

/** Rows `{ question, ms, cpuMs }`: medians over the rounds. */
export async function measureReports({ rounds, requests, log }) {
  const { startBackingServers } = built('infra/local/dist/index.js');
  const { Database, runMigrations } = built('libs/storage/dist/index.js');
  const ofLedger = (path) => built(`services/cost-ledger/dist/${path}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'llm-gateway-bench-'));
  const servers = await startBackingServers({ dataDir, ephemeral: true, want: ['postgres'] });
  try {
    const { databaseUrl } = servers;
    const { ALL_MIGRATIONS } = ofLedger('migrations/all-migrations.js');
    await runMigrations({ databaseUrl, migrations: ALL_MIGRATIONS, log: () => undefined });
    const database = new Database({ databaseUrl, applicationName: 'bench', poolSize: 2, statementTimeoutMs: 600_000 });
    const startedAt = Date.now();
    await makeMonths(ofLedger, database);
    for (const statement of FILL(requests)) await database.query(statement);
    const [{ size }] = await database.query('SELECT pg_size_pretty(pg_database_size(current_database())) AS size');
    log(`filled in ${Math.round((Date.now() - startedAt) / 1_000)} s: ${size}`);
    const rpc = {
      ...callsOf(new (ofLedger('reports/ledger-rpc.js').LedgerRpc)(database), ['listSpendLogs', 'spendByKey']),
      ...callsOf(new (ofLedger('reports/spend-reports-rpc.js').SpendReportsRpc)(database), [
        'sumSpend',
        'pageSpendLogs',
      ]),
    };
    const rows = [];
    for (const [question, [method, request]] of Object.entries(QUESTIONS())) {
      const samples = [];
      for (let round = 0; round <= rounds; round += 1) {
        const cpu = cpuOf(servers.postgres.pid);
        const begun = performance.now();
        await rpc[method](request);
        // The first reads from disk.
        if (round > 0) samples.push({ ms: performance.now() - begun, cpuMs: cpuOf(servers.postgres.pid) - cpu });
      }
      rows.push({
        question,
        ms: median(samples.map(({ ms }) => ms)),
        cpuMs: median(samples.map(({ cpuMs }) => cpuMs)),
      });
    }
    await database.close();
    return rows;
  } finally {
    await servers.stop();
  }
}

/** As a ledger has them that has run all the while. */
async function makeMonths(ofLedger, database) {
  const { makeMonth } = ofLedger('months/make-month.js');
  const { monthOf } = ofLedger('months/month.js');
  const { MONTHLY_TABLES } = ofLedger('months/monthly-tables.js');
  for (const table of MONTHLY_TABLES) {
    for (const back of MONTHS) await makeMonth(database, table, monthOf(Date.now(), -back));
  }
}

const callsOf = (rpc, names) => Object.fromEntries(names.map((name) => [name, (request) => rpc[name](request)]));
const cpuOf = (pid) => treeOf(pid).reduce((total, each) => total + cpuNanosOf(each) / 1e6, cpuMsOfEnded(pid));
const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];

export function reportsTable(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    '\n### reports over the sums of ten million requests (medians)\n',
    line(['route', 'ms', "ms of PostgreSQL's CPU"]),
    line(['---', '---', '---']),
    ...rows.map(({ question, ms, cpuMs }) => line([question, ms.toFixed(0), cpuMs.toFixed(0)])),
  ];
}
