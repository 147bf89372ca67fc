import type { DatabaseSession } from '@gateway/storage';
import { arrayLiteral } from './array-literal';
import type { KeySpend } from './key-spend';
import type { RequestRow } from './ledger-rows';

/**
 * Brings the totals of the requests `$1` in step with their attempts. `before` reads the state from before this
 * statement, so the difference to it is what each key still lacks; a request whose totals did not change is not
 * written. The caller has locked the request rows.
 */
const SETTLE_TOTALS = `
  WITH sums AS (
    SELECT id.request_id, own.*
    FROM unnest($1::text[]) AS id(request_id)
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS attempts,
             min(a.started_at) AS started_at,
             coalesce(sum(a.prompt_tokens), 0)::bigint AS prompt_tokens,
             coalesce(sum(a.completion_tokens), 0)::bigint AS completion_tokens,
             coalesce(sum(a.cached_prompt_tokens), 0)::bigint AS cached_prompt_tokens,
             coalesce(sum(a.reasoning_tokens), 0)::bigint AS reasoning_tokens,
             coalesce(sum(a.cost_nano_usd), 0)::bigint AS cost_nano_usd,
             coalesce(bool_or(a.estimated), false) AS estimated,
             coalesce(bool_or(a.unpriced), false) AS unpriced
      FROM ledger_attempt a WHERE a.request_id = id.request_id
    ) own
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
    WHERE r.request_id = s.request_id AND (
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
