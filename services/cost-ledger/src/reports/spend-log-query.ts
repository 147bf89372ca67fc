import type { ListSpendLogsRequest } from '@gateway/contracts';
import { sqlText } from '../sql-values';
import type { PagePosition } from './page-token';

export interface SqlQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** One page of requests, newest first. Every value is a parameter; only the shape of the question makes the text. */
export function spendLogQuery(request: ListSpendLogsRequest, after: PagePosition | null, limit: number): SqlQuery {
  const parameters: unknown[] = [];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const time = (unixMs: number): string => `${parameter(new Date(unixMs).toISOString())}::timestamptz`;
  const conditions = [
    request.requestId !== '' && `request_id = ${parameter(sqlText(request.requestId))}`,
    request.keyHash !== '' && `key_hash = ${parameter(sqlText(request.keyHash))}`,
    request.userId !== '' && `user_id = ${parameter(sqlText(request.userId))}`,
    request.teamId !== '' && `team_id = ${parameter(sqlText(request.teamId))}`,
    request.batchId !== '' && `batch_id = ${parameter(sqlText(request.batchId))}`,
    request.fromUnixMs !== 0 && `received_at >= ${time(request.fromUnixMs)}`,
    request.toUnixMs !== 0 && `received_at < ${time(request.toUnixMs)}`,
    after !== null &&
      `(received_at, request_id) < (${time(after.receivedAtUnixMs)}, ${parameter(sqlText(after.requestId))})`,
  ].filter((condition) => condition !== false);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const order = 'ORDER BY received_at DESC, request_id DESC';
  const sql = `SELECT page.*, taking.experiment, taking.variant
    FROM (SELECT * FROM ledger_request ${where} ${order} LIMIT ${parameter(limit)}) page
    LEFT JOIN experiment_request taking USING (request_id) ${order}`;
  return { sql, parameters };
}
