import type { DatabaseSession } from '@gateway/storage';
import { arrayLiteral } from './array-literal';
import type { KeySpend } from './key-spend';

// Sorted, so that two ledgers that pay into the same accounts cannot deadlock; one row per key, or PostgreSQL refuses.
const ADD_SPEND = `
  INSERT INTO ledger_key_spend AS spend
    (key_hash, key_alias, spend_nano_usd, requests, prompt_tokens, completion_tokens)
  SELECT key_hash, max(key_alias), sum(nano_usd), sum(requests), sum(prompt_tokens), sum(completion_tokens)
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS line (key_hash, key_alias, nano_usd, requests, prompt_tokens, completion_tokens)
  GROUP BY key_hash
  ORDER BY key_hash
  ON CONFLICT (key_hash) DO UPDATE SET
    key_alias = coalesce(EXCLUDED.key_alias, spend.key_alias),
    spend_nano_usd = spend.spend_nano_usd + EXCLUDED.spend_nano_usd,
    requests = spend.requests + EXCLUDED.requests,
    prompt_tokens = spend.prompt_tokens + EXCLUDED.prompt_tokens,
    completion_tokens = spend.completion_tokens + EXCLUDED.completion_tokens`;

/** Pays into the accounts of the keys, at most once in a transaction. There may be several lines for one key. */
export async function addSpend(session: DatabaseSession, lines: readonly KeySpend[]): Promise<void> {
  if (lines.length === 0) return;
  await session.query(ADD_SPEND, [
    arrayLiteral(lines, (line) => line.keyHash),
    arrayLiteral(lines, (line) => line.keyAlias),
    arrayLiteral(lines, (line) => line.nanoUsd),
    arrayLiteral(lines, (line) => line.requests),
    arrayLiteral(lines, (line) => line.promptTokens),
    arrayLiteral(lines, (line) => line.completionTokens),
  ]);
}
