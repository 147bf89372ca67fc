import {
  type PageSpendLogsReply,
  type PageSpendLogsRequest,
  SpendReportsDefinition,
  type SpendSum,
  type SumSpendReply,
  type SumSpendRequest,
} from '@gateway/contracts';
import {
  answeringFaults,
  bindGrpc,
  GrpcFault,
  type GrpcImplementation,
  type GrpcServiceBinding,
  INTERNAL_CALLERS,
} from '@gateway/service-kit';
import type { DatabaseSession } from '@gateway/storage';
import type { SumName } from '../books/rollup-sums';
import { refuseDropped, requestsKeptSince } from '../months/kept-since';
import { safeInteger } from '../safe-integer';
import { readAttempts } from './read-attempts';
import { type SpendLogRow, spendLogFromRow } from './spend-log-rows';
import { spendPageQueries } from './spend-page-query';
import { checkHours, spendSumsQuery } from './spend-sums-query';

const USUAL_SUMS = 1_000;
const MOST_SUMS = 10_000;
const MOST_LOGS = 1_000;
/** As far as pages are turned by number: PostgreSQL walks over everything before. */
const LAST_OFFSET = 100_000;

type SumRow = Readonly<Record<SumName, string>> & Readonly<Record<`g${number}`, string>>;

/** gRPC `SpendReports`: sums over rollups, and requests page by page. */
export class SpendReportsRpc implements GrpcImplementation<typeof SpendReportsDefinition> {
  constructor(private readonly database: DatabaseSession) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(SpendReportsDefinition, this, INTERNAL_CALLERS);
  }

  async sumSpend(request: SumSpendRequest): Promise<SumSpendReply> {
    const limit = within(request.limit === 0 ? USUAL_SUMS : request.limit, { field: 'limit', most: MOST_SUMS });
    checkHours(request);
    if (request.after.length > 0 && (request.top || request.after.length !== request.groupBy.length)) {
      throw new GrpcFault('INVALID_ARGUMENT', 'after: one value for each group, and not with top', 'after');
    }
    // One row more than asked for tells whether there are more.
    const { sql, parameters } = spendSumsQuery(request, limit + 1);
    return answeringFaults(async () => {
      const rows = await this.database.query<SumRow>(sql, parameters);
      const sums = rows.slice(0, limit).map((row) => spendSum(row, request.groupBy.length));
      return { sums: await this.withAliases(sums, request.groupBy.indexOf('key')), hasMore: rows.length > limit };
    });
  }

  async pageSpendLogs(request: PageSpendLogsRequest): Promise<PageSpendLogsReply> {
    within(request.limit, { field: 'page_size', most: MOST_LOGS });
    if (request.offset < 0 || request.offset > LAST_OFFSET) {
      throw new GrpcFault('INVALID_ARGUMENT', `page: only the first ${LAST_OFFSET} rows have pages`, 'page');
    }
    const { page, count } = spendPageQueries(request);
    return answeringFaults(async () => {
      const keptSinceUnixMs = await requestsKeptSince(this.database);
      refuseDropped(request, keptSinceUnixMs);
      const [found, [counted]] = await Promise.all([
        this.database.query<SpendLogRow>(page.sql, page.parameters),
        this.database.query<{ total: number }>(count.sql, count.parameters),
      ]);
      const attempts = await readAttempts(
        this.database,
        found.map((row) => row.request_id),
      );
      const logs = found.map((row) => spendLogFromRow(row, attempts.get(row.request_id) ?? []));
      return { logs, total: counted?.total ?? 0, keptSinceUnixMs };
    });
  }

  /** `place` says which group is the key; -1 for none. */
  private async withAliases(sums: SpendSum[], place: number): Promise<SpendSum[]> {
    if (place === -1 || sums.length === 0) return sums;
    const rows = await this.database.query<{ key_hash: string; key_alias: string }>(
      `SELECT key_hash, coalesce(k.key_alias, s.key_alias) AS key_alias
       FROM ledger_key_spend s LEFT JOIN virtual_key k USING (key_hash)
       WHERE key_hash = ANY ($1::text[]) AND coalesce(k.key_alias, s.key_alias) IS NOT NULL`,
      [[...new Set(sums.map((sum) => sum.groups[place]))]],
    );
    const aliases = new Map(rows.map((row) => [row.key_hash, row.key_alias]));
    return sums.map((sum) => ({ ...sum, keyAlias: aliases.get(sum.groups[place] ?? '') ?? '' }));
  }
}

function spendSum(row: SumRow, groups: number): SpendSum {
  return {
    groups: Array.from({ length: groups }, (_, index) => row[`g${index + 1}`] ?? ''),
    requests: safeInteger(row.requests),
    successful: safeInteger(row.successful),
    failed: safeInteger(row.failed),
    attempts: safeInteger(row.attempts),
    unpriced: safeInteger(row.unpriced),
    latencyMs: safeInteger(row.latency_ms),
    promptTokens: safeInteger(row.prompt_tokens),
    completionTokens: safeInteger(row.completion_tokens),
    cachedPromptTokens: safeInteger(row.cached_prompt_tokens),
    cacheWriteTokens: safeInteger(row.cache_write_tokens),
    reasoningTokens: safeInteger(row.reasoning_tokens),
    costNanoUsd: safeInteger(row.cost_nano_usd),
    cacheSavedNanoUsd: safeInteger(row.cache_saved_nano_usd),
    keyAlias: '',
  };
}

function within(value: number, { field, most }: { readonly field: string; readonly most: number }): number {
  if (value >= 1 && value <= most) return value;
  throw new GrpcFault('INVALID_ARGUMENT', `${field}: must be between 1 and ${most}`, field);
}
