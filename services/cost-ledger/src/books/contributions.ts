import type { DatabaseSession } from '@gateway/storage';
import { arrayLiteral } from '../usage/array-literal';
import type { Dimension } from './dimension';
import type { Rollup } from './rollup-of-new';
import { type RollupLine, SUMS } from './rollup-sums';

const FIELDS = ['key_hash', 'user_id', 'team_id', 'customer_id', 'wire', 'model_group', 'provider', 'provider_model'];

/** As `dimensionText`. */
const DIMENSION_TEXT = [
  ...FIELDS.map((name) => `octet_length(${name}) || ':' || ${name}`),
  `(SELECT coalesce(string_agg(octet_length(tag) || ':' || tag, '' ORDER BY place), '')
    FROM unnest(tags) WITH ORDINALITY AS t (tag, place))`,
].join(' || ');

/**
 * What the requests that `where` lets through (of `ledger_request r`) are in the rollups: sums by hour and dimension. `ids` names them to
 * the attempts, so that only the months are opened that they are in.
 */
function contributionsSql(where: string, ids: string): string {
  return `
    WITH own AS (
      SELECT *, attempt = max(attempt) OVER (PARTITION BY request_id) AS is_last FROM ledger_attempt WHERE request_id ${ids}
    ), part AS (
      SELECT date_trunc('hour', r.received_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS begins_at,
             r.key_hash, coalesce(r.user_id, '') AS user_id, coalesce(r.team_id, '') AS team_id,
             coalesce(r.customer_id, '') AS customer_id, coalesce(r.tags, '{}') AS tags, r.wire,
             coalesce(a.model_group, '') AS model_group, coalesce(a.provider, '') AS provider,
             coalesce(a.provider_model, '') AS provider_model,
             coalesce(a.is_last, true)::integer AS requests,
             (coalesce(a.is_last, true) AND r.status = 'success')::integer AS successful,
             (coalesce(a.is_last, true) AND r.status = 'failed')::integer AS failed,
             (a.attempt IS NOT NULL)::integer AS attempts,
             coalesce(a.unpriced, false)::integer AS unpriced,
             CASE WHEN coalesce(a.is_last, true) THEN coalesce(r.latency_ms, 0) ELSE 0 END AS latency_ms,
             coalesce(a.prompt_tokens, 0) AS prompt_tokens,
             coalesce(a.completion_tokens, 0) AS completion_tokens,
             coalesce(a.cached_prompt_tokens, 0) AS cached_prompt_tokens,
             coalesce(a.cache_write_tokens, 0) AS cache_write_tokens,
             coalesce(a.reasoning_tokens, 0) AS reasoning_tokens,
             coalesce(a.cost_nano_usd, 0) AS cost_nano_usd,
             coalesce(a.cache_saved_nano_usd, 0) AS cache_saved_nano_usd
      FROM ledger_request r LEFT JOIN own a ON a.request_id = r.request_id
      WHERE ${where}
    )
    SELECT begins_at, ${FIELDS.join(', ')}, tags,
           encode(substring(sha256(convert_to(${DIMENSION_TEXT}, 'UTF8')) FOR 16), 'hex') AS dimension_id,
           ${SUMS.map((name) => `sum(${name})::bigint AS ${name}`).join(', ')}
    FROM part
    GROUP BY begins_at, ${FIELDS.join(', ')}, tags`;
}

const IN_TIME = 'r.received_at >= $1::timestamptz AND r.received_at < $2::timestamptz';
const OF_REQUESTS = contributionsSql('r.request_id = ANY ($1::text[])', '= ANY ($1::text[])');
const OF_TIME = contributionsSql(IN_TIME, `IN (SELECT r.request_id FROM ledger_request r WHERE ${IN_TIME})`);

interface ContributionRow extends Record<(typeof SUMS)[number], string> {
  readonly begins_at: Date;
  readonly dimension_id: string;
  readonly key_hash: string;
  readonly user_id: string;
  readonly team_id: string;
  readonly customer_id: string;
  readonly tags: readonly string[];
  readonly wire: string;
  readonly model_group: string;
  readonly provider: string;
  readonly provider_model: string;
}

/** What these requests are in the rollups by the tables now; with `sign` -1, to take it out of them. */
export async function contributionsOf(
  session: DatabaseSession,
  requestIds: readonly string[],
  sign: 1 | -1,
): Promise<Rollup> {
  if (requestIds.length === 0) return { lines: [], dimensions: new Map() };
  return rollupFrom(await session.query<ContributionRow>(OF_REQUESTS, [arrayLiteral(requestIds, (id) => id)]), sign);
}

/** What all requests that came in this time (ISO 8601) are in the rollups. */
export async function contributionsIn(session: DatabaseSession, begin: string, end: string): Promise<Rollup> {
  return rollupFrom(await session.query<ContributionRow>(OF_TIME, [begin, end]), 1);
}

function rollupFrom(rows: readonly ContributionRow[], sign: 1 | -1): Rollup {
  const dimensions = new Map<string, Dimension>();
  const lines = rows.map((row): RollupLine => {
    dimensions.set(row.dimension_id, dimensionFrom(row));
    const sums = SUMS.map((name) => (sign === 1 || row[name] === '0' ? row[name] : `-${row[name]}`));
    return { hour: row.begins_at.toISOString(), dimensionId: row.dimension_id, sums };
  });
  return { lines, dimensions };
}

function dimensionFrom(row: ContributionRow): Dimension {
  return {
    keyHash: row.key_hash,
    userId: row.user_id,
    teamId: row.team_id,
    customerId: row.customer_id,
    tags: row.tags,
    wire: row.wire,
    modelGroup: row.model_group,
    provider: row.provider,
    providerModel: row.provider_model,
  };
}
