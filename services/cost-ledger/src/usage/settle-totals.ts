/**
 * Brings the totals of the requests `$1` in step with their attempts, and the spend of their keys in step with the
 * requests. `before` reads the state from before this statement, so the difference to it is what each key still lacks;
 * a request whose totals did not change is not written. The caller has locked the request rows.
 */
export const SETTLE_TOTALS = `
  WITH sums AS (
    SELECT id.request_id,
           count(a.attempt)::integer AS attempts,
           min(a.started_at) AS started_at,
           coalesce(sum(a.prompt_tokens), 0)::bigint AS prompt_tokens,
           coalesce(sum(a.completion_tokens), 0)::bigint AS completion_tokens,
           coalesce(sum(a.cached_prompt_tokens), 0)::bigint AS cached_prompt_tokens,
           coalesce(sum(a.reasoning_tokens), 0)::bigint AS reasoning_tokens,
           coalesce(sum(a.cost_nano_usd), 0)::bigint AS cost_nano_usd,
           coalesce(bool_or(a.estimated), false) AS estimated,
           coalesce(bool_or(a.unpriced), false) AS unpriced
    FROM unnest($1::text[]) AS id(request_id)
    LEFT JOIN ledger_attempt a ON a.request_id = id.request_id
    GROUP BY id.request_id
  ), before AS (
    SELECT request_id, counted, prompt_tokens, completion_tokens, cost_nano_usd
    FROM ledger_request WHERE request_id = ANY ($1::text[])
  ), changed AS (
    UPDATE ledger_request r SET
      attempts = CASE WHEN r.status = 'open' THEN s.attempts ELSE r.attempts END,
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
      OR (r.status = 'open' AND (r.attempts <> s.attempts OR r.received_at <> s.started_at))
      OR (r.prompt_tokens, r.completion_tokens, r.cached_prompt_tokens, r.reasoning_tokens, r.cost_nano_usd,
          r.estimated, r.unpriced)
        IS DISTINCT FROM (s.prompt_tokens, s.completion_tokens, s.cached_prompt_tokens, s.reasoning_tokens,
          s.cost_nano_usd, s.estimated, s.unpriced)
    )
    RETURNING r.request_id, r.key_hash, r.key_alias, r.prompt_tokens, r.completion_tokens, r.cost_nano_usd
  )
  INSERT INTO ledger_key_spend AS spend
    (key_hash, key_alias, spend_nano_usd, requests, prompt_tokens, completion_tokens)
  SELECT c.key_hash,
         max(c.key_alias),
         sum(c.cost_nano_usd - b.cost_nano_usd),
         count(*) FILTER (WHERE NOT b.counted),
         sum(c.prompt_tokens - b.prompt_tokens),
         sum(c.completion_tokens - b.completion_tokens)
  FROM changed c JOIN before b USING (request_id)
  GROUP BY c.key_hash
  ORDER BY c.key_hash
  ON CONFLICT (key_hash) DO UPDATE SET
    key_alias = coalesce(EXCLUDED.key_alias, spend.key_alias),
    spend_nano_usd = spend.spend_nano_usd + EXCLUDED.spend_nano_usd,
    requests = spend.requests + EXCLUDED.requests,
    prompt_tokens = spend.prompt_tokens + EXCLUDED.prompt_tokens,
    completion_tokens = spend.completion_tokens + EXCLUDED.completion_tokens`;
