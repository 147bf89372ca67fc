import type { DatabaseSession } from '@gateway/storage';
import { arrayLiteral } from './array-literal';
import type { KeySpend } from './key-spend';
import type { RequestRow } from './ledger-rows';

/**
 * Brings the totals of the requests `$1` in step with their attempts. `before` reads the state from before this
 * statement, so the difference to it is what each key still lacks; a request whose totals did not change is not
 * written. The caller has locked the request rows. Each table is asked for `$1`, so that only the months are opened that
 * these requests are in.
 */
const SETTLE_TOTALS = `
  WITH sums AS (
    SELECT id.request_id, coalesce(own.attempts, 0) AS attempts, own.started_at,
           coalesce(own.prompt_tokens, 0) AS prompt_tokens,
           coalesce(own.completion_tokens, 0) AS completion_tokens,
           coalesce(own.cached_prompt_tokens, 0) AS cached_prompt_tokens,
           coalesce(own.reasoning_tokens, 0) AS reasoning_tokens,
           coalesce(own.cost_nano_usd, 0) AS cost_nano_usd,
           coalesce(own.estimated, false) AS estimated,
           coalesce(own.unpriced, false) AS unpriced
    FROM unnest($1::text[]) AS id(request_id)
    LEFT JOIN (
      SELECT request_id, count(*)::integer AS attempts,
             min(started_at) AS started_at,
             sum(prompt_tokens)::bigint AS prompt_tokens,
             sum(completion_tokens)::bigint AS completion_tokens,
             sum(cached_prompt_tokens)::bigint AS cached_prompt_tokens,
             sum(reasoning_tokens)::bigint AS reasoning_tokens,
             sum(cost_nano_usd)::bigint AS cost_nano_usd,
             bool_or(estimated) AS estimated,
             bool_or(unpriced) AS unpriced
      FROM ledger_attempt WHERE request_id = ANY ($1::text[]) GROUP BY request_id
    ) own ON own.request_id = id.request_id
  ), before AS (
    SELECT request_id, counted, prompt_tokens, completion_tokens, cost_nano_usd
    FROM ledger_request WHERE request_id = ANY ($1::text[])
  ), changed AS (
    UPDATE ledger_request r SET
      attempts = s.attempts,
      received_at = CASE WHEN r.status = 'open' THEN coalesce(s.started_at, r.received_at) ELSE r.received_at END,
      prompt_tokens = s.prompt_tokens,
      completion_tokens = s.completion_tokens,
      cached_prompt_tokens = s.cached_prompt_tokens,
      reasoning_tokens = s.reasoning_tokens,
      cost_nano_usd = s.cost_nano_usd,
      estimated = s.estimated,
      unpriced = s.unpriced,
      counted = true
    FROM sums s
    WHERE r.request_id = s.request_id AND r.request_id = ANY ($1::text[]) AND (
      NOT r.counted
      OR r.attempts <> s.attempts
      OR (r.status = 'open' AND r.received_at <> s.started_at)
      OR (r.prompt_tokens, r.completion_tokens, r.cached_prompt_tokens, r.reasoning_tokens, r.cost_nano_usd,
          r.estimated, r.unpriced)
        IS DISTINCT FROM (s.prompt_tokens, s.completion_tokens, s.cached_prompt_tokens, s.reasoning_tokens,
          s.cost_nano_usd, s.estimated, s.unpriced)
    )
    RETURNING r.request_id, r.key_hash, r.key_alias, r.prompt_tokens, r.completion_tokens, r.cost_nano_usd
  )
  SELECT c.key_hash AS "keyHash",
         max(c.key_alias) AS "keyAlias",
         sum(c.cost_nano_usd - b.cost_nano_usd)::text AS "nanoUsd",
         (count(*) FILTER (WHERE NOT b.counted))::text AS requests,
         sum(c.prompt_tokens - b.prompt_tokens)::text AS "promptTokens",
         sum(c.completion_tokens - b.completion_tokens)::text AS "completionTokens"
  FROM changed c JOIN before b USING (request_id)
  GROUP BY c.key_hash`;

/** Returns what the keys of these requests have spent since the last time. */
export async function settleTotals(session: DatabaseSession, requests: readonly RequestRow[]): Promise<KeySpend[]> {
  if (requests.length === 0) return [];
  return session.query<KeySpend>(SETTLE_TOTALS, [arrayLiteral(requests, (row) => row.requestId)]);
}
