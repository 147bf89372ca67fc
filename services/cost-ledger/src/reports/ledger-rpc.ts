import {
  LedgerDefinition,
  type ListSpendLogsReply,
  type ListSpendLogsRequest,
  type SpendByKeyReply,
  type SpendByKeyRequest,
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
import { refuseDropped, requestsKeptSince } from '../months/kept-since';
import { safeInteger } from '../safe-integer';
import { decodePageToken, encodePageToken, type PagePosition } from './page-token';
import { readAttempts } from './read-attempts';
import { spendLogQuery } from './spend-log-query';
import { type SpendLogRow, spendLogFromRow } from './spend-log-rows';

const DEFAULT_LIMIT = 100;
const MOST_ROWS = 1_000;
const LAST_UNIX_MS = 253_402_300_799_999; // the end of the year 9999

interface KeySpendRow {
  readonly key_hash: string;
  readonly key_alias: string | null;
  readonly key_name: string | null;
  readonly spend_nano_usd: string;
  readonly requests: string;
  readonly prompt_tokens: string;
  readonly completion_tokens: string;
}

/** gRPC `Ledger`: reads of the money records. */
export class LedgerRpc implements GrpcImplementation<typeof LedgerDefinition> {
  constructor(private readonly database: DatabaseSession) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(LedgerDefinition, this, INTERNAL_CALLERS);
  }

  /** Newest first. A page that is full carries the token of the next one. */
  async listSpendLogs(request: ListSpendLogsRequest): Promise<ListSpendLogsReply> {
    const limit = readLimit(request.limit);
    checkTime(request.fromUnixMs, 'start_date');
    checkTime(request.toUnixMs, 'end_date');
    // One row more than asked for tells whether there is a next page.
    const { sql, parameters } = spendLogQuery(request, readPageToken(request.pageToken), limit + 1);
    return answeringFaults(async () => {
      const keptSinceUnixMs = await requestsKeptSince(this.database);
      refuseDropped(request, keptSinceUnixMs);
      const found = await this.database.query<SpendLogRow>(sql, parameters);
      const page = found.slice(0, limit);
      const attempts = await readAttempts(
        this.database,
        page.map((row) => row.request_id),
      );
      const last = page.at(-1);
      return {
        logs: page.map((row) => spendLogFromRow(row, attempts.get(row.request_id) ?? [])),
        nextPageToken:
          found.length > limit && last !== undefined
            ? encodePageToken({ receivedAtUnixMs: last.received_at.getTime(), requestId: last.request_id })
            : '',
        keptSinceUnixMs,
      };
    });
  }

  /** Highest spend first, over all time. */
  async spendByKey(request: SpendByKeyRequest): Promise<SpendByKeyReply> {
    const limit = readLimit(request.limit);
    const rows = await answeringFaults(() =>
      this.database.query<KeySpendRow>(
        `SELECT s.*, k.key_name, coalesce(k.key_alias, s.key_alias) AS key_alias
         FROM ledger_key_spend s LEFT JOIN virtual_key k ON k.key_hash = s.key_hash
         ORDER BY s.spend_nano_usd DESC, s.key_hash LIMIT $1`,
        [limit],
      ),
    );
    return {
      keys: rows.map((row) => ({
        keyHash: row.key_hash,
        keyAlias: row.key_alias ?? '',
        keyName: row.key_name ?? '',
        spendNanoUsd: safeInteger(row.spend_nano_usd),
        requests: safeInteger(row.requests),
        promptTokens: safeInteger(row.prompt_tokens),
        completionTokens: safeInteger(row.completion_tokens),
      })),
    };
  }
}

function readLimit(limit: number): number {
  if (limit < 0 || limit > MOST_ROWS) {
    throw new GrpcFault('INVALID_ARGUMENT', `limit: must be between 1 and ${MOST_ROWS}`, 'limit');
  }
  return limit === 0 ? DEFAULT_LIMIT : limit;
}

function checkTime(unixMs: number, field: string): void {
  if (unixMs >= 0 && unixMs <= LAST_UNIX_MS) return;
  throw new GrpcFault('INVALID_ARGUMENT', `${field}: not a time between 1970 and 9999`, field);
}

function readPageToken(token: string): PagePosition | null {
  if (token === '') return null;
  const position = decodePageToken(token);
  if (position === null) throw new GrpcFault('INVALID_ARGUMENT', 'page_token: not from an earlier page', 'page_token');
  return position;
}
